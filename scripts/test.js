// npm test: installs what is missing, then runs everything; the tests build dist/ first. Arguments go to vitest.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { install, run } from './install.js'

install()
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
run(process.execPath, [vitest, 'run', ...process.argv.slice(2)])
