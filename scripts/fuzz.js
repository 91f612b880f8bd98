// npm run fuzz [-- --seconds N --seed N --only site|store]: sends a real site all kinds of requests, and the embedded store all
// kinds of messages, for as long as one likes.
import { join } from 'node:path'
import { install, root, run } from './install.js'

install()
run(process.execPath, [
  '--import',
  join(root, 'test', 'bench', 'typescript.js'),
  join(root, 'test', 'fuzz', 'main.ts'),
  ...process.argv.slice(2),
])
