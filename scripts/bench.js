// npm run bench [NAME ...] [-- OPTION ...]: the measurements of test/bench, all or those named, each as ratios in one run.
// Options go to the measurements; `peers` knows some, see there.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { install, root, run } from './install.js'

const bench = join(root, 'test', 'bench')
const parts = ['rounds.ts', 'load.ts', 'mongo-open.ts']
const known = readdirSync(bench)
  .filter((file) => file.endsWith('.ts') && !parts.includes(file))
  .map((file) => file.slice(0, -'.ts'.length))
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const options = process.argv.slice(2).filter((word) => word.startsWith('--'))
const wanted = names.length > 0 ? names : known
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`No measurement is called ${unknown.join(', ')}. Known are ${known.join(', ')}.`)
  process.exit(2)
}

install()
// The frameworks tao is compared with are nobody's dependency: only this measurement installs them.
if (wanted.includes('peers')) install(join(bench, 'peers'))
run(process.execPath, [join(root, 'scripts', 'build.js')])
for (const name of wanted) {
  const file = join(bench, `${name}.ts`)
  run(process.execPath, ['--expose-gc', '--import', join(bench, 'typescript.js'), file, ...options])
}
