// Joins src/ to the few files that dist/ has: Node opens, reads and links each module of a program by itself, and
// hundreds of them are most of what a start costs. What is imported on demand stays a file of its own.
import { readdirSync } from 'node:fs'
import { isAbsolute, join, posix, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { parseAst } from 'rolldown/parseAst'

/** What is reached by its path: from package.json, from other processes and threads, by tests. */
const ENTRIES = [
  'index',
  'testing/index',
  'cli',
  'serve/index',
  'serve/child',
  'serve/workers/worker',
  'project/typescript-worker',
  'offload/thread',
  'mongo/index',
]

/** Stands for where a module was, until it is known which file it went into. */
const PLACE = /__TAO_PLACE__\("([^"]+)"\)/g

/** @param source the folder src/, @param target the folder to write to, @param more modules that are to be files too */
export async function bundle(source, target, more = []) {
  const entries = [...ENTRIES, ...batteryModules(source), ...more]
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, join(source, `${entry}.ts`)])),
    platform: 'node',
    // What newer syntax is lowered with goes in; packages stay packages.
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !id.startsWith('@oxc-project/runtime'),
    plugins: [keepPlaces(source)],
  })
  try {
    await build.write({
      dir: target,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'parts/[name]-[hash].js',
      comments: false,
      // A view's name is its route's, an error's its class's.
      keepNames: true,
    })
  } finally {
    await build.close()
  }
}

/** The apps that come with tao are found and imported as a site's are. */
function batteryModules(source) {
  return readdirSync(join(source, 'batteries'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `batteries/${name.slice(0, -3).split(sep).join('/')}`)
}

/** Lets `import.meta.url` say what it would if the module had stayed a file of its own. */
function keepPlaces(source) {
  return {
    name: 'keep-places',
    transform(code, id) {
      if (!code.includes('import.meta.url')) return undefined
      const path = relative(source, id).split(sep).join('/').replace(/\.ts$/, '.js')
      let made = code
      for (const { start, end } of ownUrls(parseAst(code, { lang: 'ts' })).toReversed()) {
        made = `${made.slice(0, start)}__TAO_PLACE__("${path}")${made.slice(end)}`
      }
      return { code: made, map: null }
    },
    renderChunk(code, { fileName }) {
      if (!code.includes('__TAO_PLACE__')) return undefined
      const back = posix.relative(posix.dirname(fileName), '')
      return code.replace(PLACE, (_all, path) => {
        const from = back === '' ? `./${path}` : `${back}/${path}`
        return `new URL(${JSON.stringify(from)}, import.meta.url).href`
      })
    },
  }
}

/** Each `import.meta.url` of a module, in the order of their places. */
function ownUrls(node) {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap(ownUrls)
  if (node.type === 'MemberExpression' && node.object.type === 'MetaProperty' && node.property.name === 'url')
    return [node]
  return Object.values(node).flatMap(ownUrls)
}
