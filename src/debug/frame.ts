import { fileURLToPath } from 'node:url'

/** Whose code a frame is: the site's, tao's, a package's, or Node's own. */
export type Owner = 'project' | 'tao' | 'package' | 'node'

export interface RawFrame {
  /** As Node names it: `index`, `async Posts.list`; empty at the top of a module. */
  call: string
  /** A path, or `node:...` for Node's own. */
  file: string
  line: number | undefined
  column: number | undefined
}

const frameLine =
  /^\s*at (?:(?<call>.*?) \()?(?<where>(?:file:\/\/|node:|[A-Za-z]:[\\/]|\/).*?)(?::(?<line>\d+))?(?::(?<column>\d+))?\)?$/

/** The frames of an error's `stack`, innermost first; lines that are no frames are left out. */
export function parseStack(stack: string | undefined): RawFrame[] {
  if (stack === undefined) return []
  return stack.split('\n').flatMap((text) => {
    if (text.includes('(eval at ')) return []
    const groups = frameLine.exec(text)?.groups
    if (groups?.['where'] === undefined) return []
    return [
      {
        call: groups['call'] ?? '',
        file: toPath(groups['where']),
        line: toNumber(groups['line']),
        column: toNumber(groups['column']),
      },
    ]
  })
}

/** A query is how a module is imported anew; the file has none. */
function toPath(where: string): string {
  if (!where.startsWith('file://')) return where
  try {
    return fileURLToPath(where.replace(/[?#].*$/, ''))
  } catch {
    return where
  }
}

function toNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits)
}

/**
 * Whose code a file is.
 * @param root the project's folder
 * @param taoFolder the folder of tao's own package
 */
export function ownerOf(file: string, root: string, taoFolder: string): Owner {
  if (!/^(?:\/|[A-Za-z]:[\\/])/.test(file)) return 'node'
  const inTao = isInside(taoFolder, file) && !isInPackages(file.slice(taoFolder.length))
  const inProject = isInside(root, file) && !isInPackages(file.slice(root.length))
  if (inTao && inProject) return root.length > taoFolder.length ? 'project' : 'tao'
  if (inTao) return 'tao'
  return inProject ? 'project' : 'package'
}

function isInside(folder: string, file: string): boolean {
  return file.startsWith(folder) && /[\\/]/.test(file.charAt(folder.length))
}

function isInPackages(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path)
}
