// npm run pack:check: is what would be published sound? publint and "are the types wrong" on the packed tarball.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run } from './install.js'

const folder = mkdtempSync(join(tmpdir(), 'tao-pack-'))
try {
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (packed.status !== 0) throw new Error(`npm pack failed: ${packed.stderr}`)
  const tarball = join(folder, Object.values(JSON.parse(packed.stdout))[0].filename)
  run('npx', ['publint', '--strict', tarball])
  run('npx', ['attw', '--profile', 'esm-only', tarball])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
