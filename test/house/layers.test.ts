import { expect, test } from 'vitest'
import { folderOf, readSources } from './source-files.ts'

/** The floors of the house, from the ground: a folder imports only from floors below its own. */
const FLOORS: readonly (readonly string[])[] = [
  ['base'],
  ['routing', 'mongo', 'project', 'scaffold', 'redis'],
  ['templates', 'static', 'database', 'sessions', 'debug', 'offload', 'cache', 'channels'],
  ['http', 'types-file'],
  ['users', 'remote'],
  ['site'],
  ['toolbar'],
  ['checks', 'deploy', 'testing', 'serve'],
  ['build'],
  ['commands'],
  ['cli.ts', 'index.ts', 'batteries'],
]

const sources = readSources()
const floorOf = (folder: string): number => FLOORS.findIndex((floor) => floor.includes(folder))

test('every folder of src/ has a floor', () => {
  const folders = new Set(sources.map(({ path }) => folderOf(path)))
  expect([...folders].filter((folder) => floorOf(folder) < 0)).toEqual([])
})

test('no import points to the same floor or up', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter(
        (target) =>
          folderOf(target) !== folderOf(path) && floorOf(folderOf(target)) >= floorOf(folderOf(path)),
      )
      .map((target) => `${path} → ${target}`),
  )
  expect(wrong).toEqual([])
})

/** Not by the door, each for a reason. */
const ENTERED_ELSEWHERE: readonly string[] = [
  // A command is loaded when it is named: a door to all of them would load them all for --version.
  'cli.ts → commands/command.ts',
  'cli.ts → commands/local-tao.ts',
  'cli.ts → commands/run-command-line.ts',
  // An error is printed without loading what reads TypeScript.
  'commands/print-error.ts → project/stack-places.ts',
]

test('a folder is entered by its door', () => {
  const doorless = new Set(['base'])
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter((target) => folderOf(target) !== folderOf(path) && !doorless.has(folderOf(target)))
      .filter((target) => target !== `${folderOf(target)}/index.ts` && target.includes('/'))
      .map((target) => `${path} → ${target}`),
  )
  expect(wrong).toEqual(ENTERED_ELSEWHERE)
})

test('nobody goes through a door from inside', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter((target) => target === `${folderOf(path)}/index.ts`)
      .map((target) => `${path} → ${target}`),
  )
  expect(wrong).toEqual([])
})

test('imports make no circle, types included', () => {
  const imports = new Map(sources.map((source) => [source.path, source.imports]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (done.has(path) || trail.includes(path)) return
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const { path } of sources) visit(path, [])
  expect(circles).toEqual([])
})

test('the embedded store knows nothing of tao', () => {
  const outside = sources
    .filter(({ path }) => folderOf(path) === 'mongo')
    .flatMap(({ path, imports }) =>
      imports.filter((target) => folderOf(target) !== 'mongo').map((target) => `${path} → ${target}`),
    )
  expect(outside).toEqual([])
})

test('files are named in kebab-case, and say what they hold', () => {
  const odd = sources
    .map(({ path }) => path)
    .filter(
      (path) =>
        !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.d)?\.ts$/.test(path) || /(?:utils|helpers|manager)/.test(path),
    )
  expect(odd).toEqual([])
})
