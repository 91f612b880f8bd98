import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildProject, type BuildProjectOptions, type BuiltProject } from '../../src/build/index.ts'
import { soundSite } from '../checks/temp-site.ts'
import { makeFolder } from '../project/temp-project.ts'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** A site with these files beside those of a sound one, that can import `tao1`. */
export function makeSite(files: Readonly<Record<string, string>> = {}): string {
  const root = makeFolder({ ...soundSite, ...files })
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  symlinkSync(checkout, join(root, 'node_modules/tao1'), 'junction')
  return root
}

export function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** Builds it, and fails when that is refused. */
export async function build(root: string, more: Partial<BuildProjectOptions> = {}): Promise<BuiltProject> {
  const built = await buildProject({ root, env: {}, ...more })
  if ('problems' in built) throw new Error(JSON.stringify(built.problems, undefined, 2))
  return built
}

/** What a build is told it cannot be made for: id and place. */
export async function refusals(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = makeSite(files)
  const built = await buildProject({ root, env: {} })
  if (!('problems' in built)) throw new Error('It was built.')
  return built.problems
    .map(({ id, place }) => `${id} ${place?.file.slice(root.length + 1)}:${place?.line}`)
    .sort()
}

/** Every file below `.tao`, its bytes in hexadecimal. */
export function snapshot(root: string): Record<string, string> {
  const folder = join(root, '.tao')
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'hex')]),
  )
}

/** Takes the sources away: what is left is what a build has to do with. */
export function removeSources(root: string): void {
  for (const name of readdirSync(root)) {
    if (!['.tao', '.env', 'package.json', 'node_modules'].includes(name))
      rmSync(join(root, name), { recursive: true })
  }
}
