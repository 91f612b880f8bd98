import { transformSync } from 'oxc-transform'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageFolder = fileURLToPath(new URL('../..', import.meta.url))

/** tao as its users have it: compiled, in a folder of its own. The children of a server are real processes and run that. */
export interface BuiltPackage {
  folder: string
  remove(): void
}

export function buildPackage(): BuiltPackage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tao-package-')))
  const source = join(packageFolder, 'src')
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue
    const file = join(source, name)
    const { code } = transformSync(file, readFileSync(file, 'utf8'), {
      typescript: { rewriteImportExtensions: 'rewrite' },
    })
    const target = join(folder, 'dist', name.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, code)
  }
  // What tao's own apps show is no TypeScript.
  cpSync(join(source, 'batteries'), join(folder, 'dist/batteries'), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  })
  cpSync(join(packageFolder, 'templates'), join(folder, 'templates'), { recursive: true })
  cpSync(join(packageFolder, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(packageFolder, 'node_modules'), join(folder, 'node_modules'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
