import { mkdirSync, symlinkSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileModules, type CompiledModules } from '../../src/build/compile-modules.ts'
import { listSources } from '../../src/project/index.ts'
import { makeFolder } from '../project/temp-project.ts'

const esm = { 'package.json': '{ "type": "module" }' }

async function compile(files: Readonly<Record<string, string>>): Promise<CompiledModules> {
  const root = makeFolder(files)
  return compileModules(root, listSources(root))
}

/** Code without its source map's name. */
function codeOf({ files }: CompiledModules, path: string): string[] {
  return files
    .get(path)!
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('//# '))
}

test('names of modules become those they have in the build, wherever they stand', async () => {
  const built = await compile({
    ...esm,
    'views.ts': [
      "import type { T } from './types.ts'",
      "import { a, type B } from './lib/a.ts'",
      "import data from './data.json' with { type: 'json' }",
      "import './plain.js'",
      "import 'mongodb'",
      "export * from '../outside-is-a-comment.ts'".replace('export', '// export'),
      "export const lazy = () => import('./lib/m.mts')",
      "export const url = new URL('./lib/a.ts?x=1', import.meta.url)",
      "export const text = './lib/a.ts'",
      'export const b: B = a(data)',
    ].join('\n'),
    'types.ts': 'export type T = string',
    'lib/a.ts': "import '../views.ts'\nexport type B = number\nexport const a = (x: unknown): B => Number(x)",
    'lib/m.mts': "export * from './a.ts'",
    'plain.js': "export { a } from './lib/a.ts'",
    'data.json': '1',
  })
  expect(built.problems).toEqual([])
  expect([...built.files.keys()].sort()).toEqual([
    'lib/a.js',
    'lib/a.js.map',
    'lib/m.mjs',
    'lib/m.mjs.map',
    'plain.js',
    'types.js',
    'types.js.map',
    'views.js',
    'views.js.map',
  ])
  expect(codeOf(built, 'views.js')).toEqual([
    'import { a } from "./lib/a.js";',
    'import data from "./data.json" with { type: "json" };',
    'import "./plain.js";',
    'import "mongodb";',
    "// export * from '../outside-is-a-comment.ts'",
    'export const lazy = () => import("./lib/m.mjs");',
    'export const url = new URL("./lib/a.js?x=1", import.meta.url);',
    'export const text = "./lib/a.ts";',
    'export const b = a(data);',
  ])
  expect(codeOf(built, 'plain.js')).toEqual(['export { a } from "./lib/a.js"'])
  expect(built.packages).toEqual(new Set(['mongodb']))
})

test('source maps name the source beside the module, and lead to its lines', async () => {
  const { files } = await compile({
    ...esm,
    'a é.ts':
      "import { b } from './b.ts'\n\ninterface I { x: 1 }\n\nexport function f(): I {\n  throw b\n}\n",
    'b.ts': 'export const b = 1',
  })
  const code = files.get('a é.js')!
  expect(code).toMatch(/\n\/\/# sourceMappingURL=a%20%C3%A9\.js\.map\n$/)
  const map = JSON.parse(files.get('a é.js.map')!) as ConstructorParameters<typeof SourceMap>[0]
  expect(map.sources).toEqual(['a é.ts'])
  const line = code.split('\n').findIndex((text) => text.includes('throw b'))
  expect(new SourceMap(map).findEntry(line, 1)).toMatchObject({ originalLine: 5 })
})

test('where Node takes .js for CommonJS, TypeScript becomes .mjs', async () => {
  const built = await compile({
    'settings.ts': "import './a.ts'\nimport './old.js'",
    'a.ts': '',
    'old.js': 'module.exports = 1',
    'esm/package.json': '{ "type": "module" }',
    'esm/x.ts': "import '../a.ts'",
  })
  expect(built.problems).toEqual([])
  expect([...built.files.keys()].filter((path) => !path.endsWith('.map')).sort()).toEqual([
    'a.mjs',
    'esm/x.js',
    'settings.mjs',
  ])
  expect(codeOf(built, 'settings.mjs')).toEqual(['import "./a.mjs";', 'import "./old.js";'])
  expect(codeOf(built, 'esm/x.js')).toEqual(['import "../a.mjs";'])
})

test('what a build cannot follow is told with file and line', async () => {
  const outside = makeFolder({ 'x.ts': 'export const x = 1' })
  const root = makeFolder({
    ...esm,
    'a.ts': "\nimport './none.ts'\nimport('./maybe.ts').catch(() => {})",
    'b.ts': `import '${join(outside, 'x.ts')}'`,
    'c.ts': "import './data/x.ts'",
    'd.ts': 'export const load = (name: string) => import(`./${name}.ts`)',
    'e.ts': 'const x = {',
    'f.js': '',
    'f.ts': '',
    'data/x.ts': '',
  })
  const { problems } = await compileModules(root, listSources(root))
  expect(
    problems.map(({ id, level, place }) => [id, level, place?.file.slice(root.length + 1), place?.line]),
  ).toEqual([
    ['TAO_IMPORT_MISSING', 'error', 'a.ts', 2],
    ['TAO_BUILD_OUTSIDE', 'error', 'b.ts', 1],
    ['TAO_BUILD_OUTSIDE', 'error', 'c.ts', 1],
    ['TAO_BUILD_COMPUTED', 'warning', 'd.ts', 1],
    ['TAO_IMPORT_SYNTAX', 'error', 'e.ts', 1],
    ['TAO_BUILD_CLASH', 'error', 'f.ts', undefined],
  ])
})

test.skipIf(process.platform === 'win32')(
  'an app that is a link imports as if it lay where it leads',
  async () => {
    const root = makeFolder({
      ...esm,
      'shared/shop/views.ts': "import '../shop/lib.ts'\nimport '../../routes.ts'",
      'shared/shop/lib.ts': '',
      'routes.ts': '',
      'apps/': '',
    })
    mkdirSync(join(root, 'apps'), { recursive: true })
    symlinkSync('../shared/shop', join(root, 'apps/shop'))
    const built = await compileModules(root, listSources(root))
    expect(built.problems).toEqual([])
    expect(codeOf(built, 'apps/shop/views.js')).toEqual(['import "./lib.js";', 'import "../../routes.js";'])
  },
)
