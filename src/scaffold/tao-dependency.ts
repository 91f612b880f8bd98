import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the running tao: the one with bin/, dist/ and skeletons/. */
const taoRoot: string = join(dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * What a new project's package.json asks for as `tao1`: the running version, as a range, when it came from a registry;
 * else the very copy that runs, which no registry could give. A checkout has `src/`. An install remembers where it came
 * from in npm's hidden lockfile, but for global ones; there the mark tells that publishing leaves in dist/.
 * @param root the folder of the running tao
 */
export function taoDependency(root: string = taoRoot): string {
  if (existsSync(join(root, 'src'))) return fileDependency(root)
  const origin = installedFrom(root)
  if (origin?.startsWith('file:')) {
    const source = resolve(root, '../..', origin.slice('file:'.length))
    return fileDependency(existsSync(source) ? source : root)
  }
  const isPublished = origin !== undefined || existsSync(join(root, 'dist/published'))
  return isPublished ? `^${versionOf(root)}` : fileDependency(root)
}

function fileDependency(path: string): string {
  return `file:${path.replaceAll('\\', '/')}`
}

function versionOf(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
}

function installedFrom(root: string): string | undefined {
  try {
    const lock = JSON.parse(readFileSync(join(root, '../.package-lock.json'), 'utf8')) as {
      packages?: Record<string, { resolved?: string } | undefined>
    }
    return lock.packages?.['node_modules/tao1']?.resolved
  } catch {
    return undefined
  }
}
