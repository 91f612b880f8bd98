import { basename, extname, relative, resolve, sep } from 'node:path'

/** What a change of a file asks for. */
export type SourceKind =
  /** The site starts anew. */
  'code' | 'template' | 'style' | 'static'

/** Which files of a project are its own source, and of what kind. */
export interface Sources {
  /** `undefined` for a file whose change asks for nothing. */
  kindOf(file: string): SourceKind | undefined
  /** Whether a folder, or anything in it, can hold source. */
  isWatchedFolder(folder: string): boolean
}

const codeExtensions = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'])
const templateExtensions = new Set(['.html', '.njk', '.tpl'])
const dataFolders = new Set(['data', 'uploads', 'logs', 'log', 'tmp', 'temp'])
const madeFolders = new Set(['dist', 'build', 'coverage', 'test-results'])

/**
 * @param root the project's folder
 * @param dataFolder where the embedded store lives, when it is not data/
 */
export function createSources(root: string, dataFolder?: string): Sources {
  const data = dataFolder === undefined ? undefined : resolve(root, dataFolder)

  function isWatchedFolder(folder: string): boolean {
    const [first, ...others] = pathOf(root, folder)
    if (first === undefined) return true
    if (first === '..' || folder === data) return false
    return !dataFolders.has(first) && !madeFolders.has(first) && ![first, ...others].some(isNeverSource)
  }

  return {
    isWatchedFolder,
    kindOf(file) {
      const path = pathOf(root, file)
      const name = path.at(-1)
      if (name === undefined || path[0] === '..') return undefined
      if (path.length === 1 && (name === '.env' || name.startsWith('.env.'))) return 'code'
      const folders = path.slice(0, -1)
      if (!folders.every((_, index) => isWatchedFolder(resolve(root, ...folders.slice(0, index + 1)))))
        return undefined
      if (isEditorsOwn(name)) return undefined
      const inside = path[0] === 'apps' ? path[2] : path[0]
      const isFileOfFolder = path.length > (path[0] === 'apps' ? 3 : 1)
      if (inside === 'static' && isFileOfFolder) return extname(name) === '.css' ? 'style' : 'static'
      if (inside === 'templ' && isFileOfFolder) return 'template'
      if (templateExtensions.has(extname(name))) return 'template'
      return isCode(folders, name) ? 'code' : undefined
    },
  }
}

function isCode(folders: readonly string[], name: string): boolean {
  const extension = extname(name)
  if (!codeExtensions.has(extension)) return false
  if (/\.(?:test|spec|bench)\.[cm]?[jt]s$/.test(name) || /\.d\.[cm]?ts$/.test(name)) return false
  if (folders[0] === 'test' || folders[0] === 'tests') return false
  // What the site itself writes as JSON must not start it anew for ever.
  return extension !== '.json' || !folders.some((folder) => dataFolders.has(folder))
}

/** Files that editors keep beside the one being edited. */
function isEditorsOwn(name: string): boolean {
  return (
    name.startsWith('.') ||
    name.endsWith('~') ||
    /\.(?:sw[a-p]x?|tmp|bak|orig)$/.test(name) ||
    /^#.*#$/.test(name) ||
    name === '4913'
  )
}

function isNeverSource(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules'
}

function pathOf(root: string, file: string): string[] {
  return relative(root, file).split(sep).filter(Boolean)
}

/** The end of the URL under which a file of a static folder is served: `/blog/blog.css` for `apps/blog/static/blog.css`. */
export function staticUrlEnd(root: string, file: string): string {
  const path = pathOf(root, file)
  const parts = path[0] === 'apps' ? [path[1]!, ...path.slice(3)] : path.slice(1)
  return `/${parts.map(encodeURIComponent).join('/')}`
}

export function shownPath(root: string, file: string): string {
  return pathOf(root, file).join('/') || basename(file)
}
