import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileProjectFolder, runScript } from './compiled.ts'
import { makeFolder } from './temp-project.ts'

interface Told {
  code: string
  message: string
  hint?: string
  place?: { file: string; line?: number; column?: number }
  details?: { chain?: string[]; frame?: string }
}

// Other lines of Node than the one that runs the tests: paths to their executables, as "path:path".
const nodes = [
  process.execPath,
  ...(process.env['TAO_TEST_NODES'] ?? '').split(':').filter((path) => path !== ''),
]
const esm = { 'package.json': '{ "type": "module" }' }
let compiled: string

beforeAll(() => {
  compiled = compileProjectFolder()
})
afterAll(() => rmSync(compiled, { recursive: true, force: true }))

async function failureOf(
  files: Record<string, string>,
  node: string = process.execPath,
  entry = 'routes.ts',
): Promise<Told> {
  const root = makeFolder({ ...esm, ...files })
  const told = (await runScript(
    compiled,
    root,
    `try { await project.importFile(${JSON.stringify(join(root, entry))}); print('imported') }
     catch ({ code, message, hint, place, details }) { print({ code, message, hint, place, details }) }`,
    node,
  )) as Told
  const strip = (path: string): string => path.replace(`${root}/`, '')
  if (told.place) told.place.file = strip(told.place.file)
  if (told.details?.chain) told.details.chain = told.details.chain.map(strip)
  return told
}

test.each(nodes)(
  'importFile runs TypeScript: types, enums, parameter properties, import elision (%s)',
  async (node) => {
    const root = makeFolder({
      ...esm,
      'a.ts': `import { Shape, size } from './b.mts'
      enum Colour { Red, Green }
      class Point { constructor(public x: number, readonly y = 2) {} }
      export const made: Shape = { size: size as number }
      export default [Colour.Green, new Point(1).x, new Point(1).y] satisfies number[]`,
      'b.mts': `export interface Shape { size: number }
      export const size = 7`,
    })
    const script = `const { default: list, made } = await project.importFile(${JSON.stringify(join(root, 'a.ts'))}); print({ list, made })`
    expect(await runScript(compiled, root, script, node)).toEqual({ list: [1, 1, 2], made: { size: 7 } })
  },
)

test.each(nodes)(
  'importFile works in folders with spaces, other letters and signs of URLs (%s)',
  async (node) => {
    const root = makeFolder({ ...esm, 'mé site #1 100%/a b.ts': 'export default 1 as number' })
    const file = JSON.stringify(join(root, 'mé site #1 100%/a b.ts'))
    expect(await runScript(compiled, root, `print((await project.importFile(${file})).default)`, node)).toBe(
      1,
    )
  },
)

test.each(nodes)('a stack trace of the site shows the line in the TypeScript file (%s)', async (node) => {
  const root = makeFolder({
    ...esm,
    'views.ts': `interface Long {\n  a: number\n  b: string\n}\n\nexport function fail(x: Long): never {\n  throw new Error('no ' + x.b)\n}\n`,
  })
  const file = join(root, 'views.ts')
  const script = `const { fail } = await project.importFile(${JSON.stringify(file)})
    try { fail({ b: 'x' }) } catch (error) { print(project.stackPlaces(error)[0]) }`
  expect(await runScript(compiled, root, script, node)).toEqual({ file, line: 7, column: 9 })
})

test.each(nodes)(
  'a syntax error names file, line and column, shows the lines and who imported them (%s)',
  async (node) => {
    const told = await failureOf(
      {
        'routes.ts': `import * as views from './views.ts'\nexport default [views]`,
        'views.ts': `import { x } from './deep.ts'\nexport { x }`,
        'deep.ts': `const é = 1\nexport const x = 'é' + + ;\n`,
      },
      node,
    )
    expect(told.code).toBe('TAO_IMPORT_SYNTAX')
    expect(told.message).toBe(
      'deep.ts has a syntax error: Unexpected token (imported by views.ts, by routes.ts)',
    )
    expect(told.place).toEqual({ file: 'deep.ts', line: 2, column: 26 })
    expect(told.details?.chain).toEqual(['routes.ts', 'views.ts', 'deep.ts'])
    expect(told.details?.frame).toContain("> 2 | export const x = 'é' + + ;")
  },
)

test.each(nodes)('what the engine alone refuses to parse is placed too (%s)', async (node) => {
  const told = await failureOf(
    { 'routes.ts': `interface A {\n  a: 1\n}\n\nexport default 1\n\n@decorated\nclass B {}\n` },
    node,
  )
  expect(told.code).toBe('TAO_IMPORT_SYNTAX')
  expect(told.place).toMatchObject({ file: 'routes.ts', line: 7 })
})

test.each(nodes)(
  'a missing file is named with the line of its import and the nearest name (%s)',
  async (node) => {
    const files = { 'views.ts': 'export const a = 1', 'lib/index.ts': 'export const b = 1' }
    const near = await failureOf(
      { ...files, 'routes.ts': `export const z = 1\nexport * from './view.ts'` },
      node,
    )
    expect(near).toMatchObject({
      code: 'TAO_IMPORT_MISSING',
      message: 'routes.ts imports "./view.ts", which does not exist',
      hint: 'Did you mean "./views.ts"?',
      place: { file: 'routes.ts', line: 2, column: 15 },
    })
    const bare = await failureOf({ ...files, 'routes.ts': `import { a } from './views'\nexport { a }` }, node)
    expect(bare.hint).toBe('Did you mean "./views.ts"?')
    const script = await failureOf(
      { ...files, 'routes.ts': `import { a } from './views.js'\nexport { a }` },
      node,
    )
    expect(script.hint).toBe('Did you mean "./views.ts"?')
    const folder = await failureOf({ ...files, 'routes.ts': `import { b } from './lib'\nexport { b }` }, node)
    expect(folder.hint).toBe('Did you mean "./lib/index.ts"?')
  },
)

test.each(nodes)(
  'a missing package is named with the line of its import and how to install it (%s)',
  async (node) => {
    const told = await failureOf(
      {
        'routes.ts': `import './views.ts'\nexport default []`,
        'views.ts': `// a comment\nimport marked from '@nobody/no-such-thing/sub'\nexport default marked`,
      },
      node,
    )
    expect(told).toMatchObject({
      code: 'TAO_IMPORT_MISSING',
      place: { file: 'views.ts', line: 2 },
      hint: 'Install it: npm install @nobody/no-such-thing',
    })
    const builtin = await failureOf({ 'routes.ts': `import fs from 'node:fss'\nexport default fs` }, node)
    expect(builtin).toMatchObject({ code: 'TAO_IMPORT_MISSING', place: { file: 'routes.ts', line: 1 } })
    expect(builtin.hint).toContain('"node:fs"')
  },
)

test.each(nodes)(
  'a name that a module does not export is placed, with the nearest one (%s)',
  async (node) => {
    const told = await failureOf(
      {
        'routes.ts': `import { post } from './views.ts'\nimport {\n  indx,\n} from './views.ts'\nexport default [indx, post]`,
        'views.ts': `export const post = 1\nexport async function index(): Promise<void> {}`,
      },
      node,
    )
    expect(told).toMatchObject({
      code: 'TAO_IMPORT_NO_EXPORT',
      message: 'routes.ts imports "indx" from "./views.ts", which exports no such name',
      hint: 'Did you mean "index"?',
      place: { file: 'routes.ts', line: 3, column: 3 },
    })
  },
)

test.each(nodes)(
  'a module that throws is named with the line that threw and who imported it (%s)',
  async (node) => {
    const told = await failureOf(
      {
        'routes.ts': `import './views.ts'\nexport default []`,
        'views.ts': `type A = 1\n\nconst config = JSON.parse('{ nope')\nexport default config as A`,
      },
      node,
    )
    expect(told.code).toBe('TAO_IMPORT_THREW')
    expect(told.message).toMatch(
      /^views\.ts failed while it was imported: SyntaxError: .*\(imported by routes\.ts\)$/,
    )
    expect(told.place).toMatchObject({ file: 'views.ts', line: 3 })
    const odd = await failureOf({ 'routes.ts': `throw 'plain text'` }, node)
    expect(odd).toMatchObject({ code: 'TAO_IMPORT_THREW', place: { file: 'routes.ts' } })
    expect(odd.message).toContain('it threw plain text')
  },
)

test.each(nodes)(
  'an error of tao that a module throws keeps its code and gains the place (%s)',
  async (node) => {
    const told = await failureOf(
      {
        'node_modules/tao1/package.json': '{ "type": "module", "exports": "./index.js" }',
        'node_modules/tao1/index.js': `export * from ${JSON.stringify(join(compiled, 'base/errors.js'))}`,
        'routes.ts': `import { createError } from 'tao1'\n\nconst bad = createError<[string]>('TAO_ROUTE_BAD', (x) => 'bad ' + x)\nthrow bad('GTE', { hint: 'GET' })`,
      },
      node,
    )
    expect(told).toMatchObject({
      code: 'TAO_ROUTE_BAD',
      message: 'bad GTE',
      hint: 'GET',
      place: { file: 'routes.ts', line: 4 },
    })
  },
)

test.each(nodes)('an import of JSON without its attribute says how to write it (%s)', async (node) => {
  const told = await failureOf(
    { 'routes.ts': `import data from './a.json'\nexport default data`, 'a.json': '{ "a": 1 }' },
    node,
  )
  expect(told.code).toBe('TAO_IMPORT_FAILED')
  expect(told.hint).toContain("with { type: 'json' }")
})

test('of JSON a mistake is told where it is, and nothing where there is none', async () => {
  const routes = `import data from './a.json' with { type: 'json' }\nexport default data.b.c`
  const broken = await failureOf({ 'routes.ts': routes, 'a.json': '{\n  "a": 1,\n}' })
  expect(broken).toMatchObject({ code: 'TAO_IMPORT_SYNTAX', place: { line: 3 } })
  expect(broken.message).toMatch(/^a\.json has a syntax error: .* \(imported by routes\.ts\)$/)
  const fine = await failureOf({ 'routes.ts': routes, 'a.json': '{ "a": 1 }' })
  expect(fine).toMatchObject({ code: 'TAO_IMPORT_THREW', place: { line: 2 } })
})

test('a name that `paths` of tsconfig.json gives is no package to install', async () => {
  const told = await failureOf({
    'routes.ts': `import { a } from '@/lib/a'\nexport default a`,
    'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
  })
  expect(told.code).toBe('TAO_IMPORT_MISSING')
  expect(told.hint).toContain('Node reads no "paths" of tsconfig.json')
})

test.each(nodes)(
  'links are followed, also when a socket was the last that was looked at (%s)',
  async (node) => {
    const root = makeFolder({ ...esm, 'real/a.js': 'export const { url } = import.meta' })
    mkdirSync(join(root, '.tao/build'), { recursive: true })
    symlinkSync(join(root, 'real'), join(root, '.tao/build/linked'))
    const script = `const { lstatSync } = await import('node:fs')
    const server = (await import('node:net')).createServer().listen('s')
    await new Promise((resolve) => server.once('listening', resolve))
    lstatSync('s')
    const { url } = await project.importFile(${JSON.stringify(join(root, '.tao/build/linked/a.js'))})
    server.close()
    print(url)`
    expect(await runScript(compiled, root, script, node)).toMatch(/\/real\/a\.js$/)
  },
)

test.each(nodes)(
  'functionPlace finds a function in its TypeScript file, and none for native ones (%s)',
  async (node) => {
    const root = makeFolder({
      ...esm,
      'views.ts': `interface A { a: 1 }\n\nexport async function index(_: A): Promise<void> {}\nexport const arrow = (x: number): number =>\n  x + 1\nexport class Notes {\n  list(): void {}\n}\n`,
    })
    const file = join(root, 'views.ts')
    const script = `const { index, arrow, Notes } = await project.importFile(${JSON.stringify(file)})
    print([project.functionPlace(index), ...project.functionPlaces([arrow, new Notes().list, Math.max, index.bind(null)])])`
    const [index, arrow, method, ...none] = (await runScript(compiled, root, script, node)) as unknown[]
    expect(index).toMatchObject({ file, line: 3 })
    expect(arrow).toMatchObject({ file, line: 4 })
    expect(method).toMatchObject({ file, line: 7 })
    expect(none).toEqual([null, null])
  },
)
