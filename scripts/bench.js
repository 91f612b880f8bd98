// npm run bench [NAME ...] [-- OPTION ...]: measurements of test/bench, each as ratios in one run. Without a name it is those
// that docs/performance.md tells of, which takes about eleven minutes; -- --write puts their figures there. Options go to
// the measurements: see test/bench/options.ts.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { install, root, run, tryInstall } from './install.js'

const bench = join(root, 'test', 'bench')
const parts = ['rounds.ts', 'load.ts', 'mongo-open.ts', 'at-end.ts', 'options.ts', 'figures.ts']
const report = ['peers', 'workers', 'reload']
const known = readdirSync(bench)
  .filter((file) => file.endsWith('.ts') && !parts.includes(file))
  .map((file) => file.slice(0, -'.ts'.length))
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const options = process.argv.slice(2).filter((word) => word.startsWith('--'))
const wanted = names.length > 0 ? names : report
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`No measurement is called ${unknown.join(', ')}. Known are ${known.join(', ')}.`)
  process.exit(2)
}

install()
// The frameworks tao is compared with are nobody's dependency: only these measurements install them.
if (wanted.includes('peers') || wanted.includes('workers')) install(join(bench, 'peers'))
if (wanted.includes('peers') && !tryInstall(join(bench, 'peers', 'adonis')))
  console.error('AdonisJS and its Node 24 could not be installed: the comparison goes on without them.')
run(process.execPath, [join(root, 'scripts', 'build.js')])
for (const name of wanted) {
  const file = join(bench, `${name}.ts`)
  run(process.execPath, ['--expose-gc', '--import', join(bench, 'typescript.js'), file, ...options])
}
