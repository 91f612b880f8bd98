import { sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeLogged } from './describe-logged.ts'

/**
 * Makes what the log says of errors when a build is served: source maps and templates name the files of the build, and a
 * person wants those of the project.
 */
export function errorsOfBuild(root: string, folder: string): typeof describeLogged {
  const pairs = [
    [folder + sep, root + sep],
    [`${pathToFileURL(folder).href}/`, `${pathToFileURL(root).href}/`],
  ] as const
  const rename = (value: unknown): unknown => {
    if (typeof value === 'string') return pairs.reduce((text, [from, to]) => text.replaceAll(from, to), value)
    if (Array.isArray(value)) return value.map(rename)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rename(one)]))
  }
  return (error) => {
    const told = describeLogged(error) as unknown as Record<string, unknown>
    for (const key of ['stack', 'place', 'details']) if (key in told) told[key] = rename(told[key])
    return told as never
  }
}
