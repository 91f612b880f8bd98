// Makes dist/ of src/ afresh: in a folder beside it, which then takes its place, so that a build that fails, or a
// process that imports meanwhile, never meets half of it. tsc checks and writes the types; bundle.js joins the code.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.js'
import { pruneTypes } from './prune-types.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

const scratch = mkdtempSync(join(root, '.build-'))
const made = join(scratch, 'dist')
try {
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', made], {
    cwd: root,
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
  if (status === 0) {
    pruneTypes(made, ['index.d.ts', 'testing/index.d.ts'])
    await bundle(join(root, 'src'), made)
    copyBatteryFiles(join(root, 'src/batteries'), join(made, 'batteries'))
    // A global install does not remember where it came from: this tells new-project that a registry has this version.
    if (process.env.npm_command === 'publish') writeFileSync(join(made, 'published'), '')
    const dist = join(root, 'dist')
    if (existsSync(dist)) renameSync(dist, join(scratch, 'old'))
    renameSync(made, dist)
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** The templates and static files of tao's own apps, which no compiler knows. */
function copyBatteryFiles(from, to) {
  if (!existsSync(from)) return
  for (const name of readdirSync(from)) {
    for (const part of ['templ', 'static']) {
      const folder = join(from, name, part)
      if (existsSync(folder)) cpSync(folder, join(to, name, part), { recursive: true })
    }
  }
}
