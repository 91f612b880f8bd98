import { statSync, type Stats } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { contentTypeOf } from './content-types.ts'
import { signatureOf, statOf } from './locate.ts'
import { isServable } from './roots.ts'
import { createVariant, type Encoding, type Variant } from './variant.ts'

/** A file that was looked at: its forms, and the state of the disk they were read in. */
export interface StoredFile {
  identity: Variant
  br: Variant | undefined
  gzip: Variant | undefined
  signature: string
  /** When the disk was last found to be in that state, in milliseconds; `Infinity` for files of a build. */
  checked: number
}

/** A larger file is streamed. */
const LARGEST_IN_MEMORY = 2 * 1024 * 1024

const SUFFIXES = { br: '.br', gzip: '.gz' } as const

/** The state of a file and of its compressed forms beside it. */
export function signatureOfAll(file: string, stats: Stats): string {
  const siblings = [SUFFIXES.br, SUFFIXES.gzip].map((suffix) => signatureOf(statOf(statSync, file + suffix)))
  return [file, signatureOf(stats), ...siblings].join('|')
}

export interface LoadOptions {
  /** The real paths of the folders a file may lie in. */
  roots: readonly string[]
  cacheControl: string
  signature: string
  checked: number
}

/**
 * Reads a file and its compressed forms. A form older than the file is stale and left out.
 * @returns `undefined` when it is gone, cannot be read, or links lead out of the static folders or to a dotfile
 */
export async function loadFile(file: string, options: LoadOptions): Promise<StoredFile | undefined> {
  const type = contentTypeOf(file)
  const identity = await loadVariant(file, undefined, type, options)
  if (identity === undefined) return undefined
  const [br, gzip] = await Promise.all([
    loadVariant(file, 'br', type, options),
    loadVariant(file, 'gzip', type, options),
  ])
  const current = (variant: Variant | undefined): Variant | undefined =>
    variant !== undefined && variant.modified >= identity.modified ? variant : undefined
  const { signature, checked } = options
  return { identity, br: current(br), gzip: current(gzip), signature, checked }
}

async function loadVariant(
  original: string,
  encoding: Encoding | undefined,
  type: string,
  { roots, cacheControl }: LoadOptions,
): Promise<Variant | undefined> {
  try {
    const file = await realpath(encoding === undefined ? original : original + SUFFIXES[encoding])
    if (!isServable(file, roots)) return undefined
    const handle = await open(file, 'r')
    try {
      const stats = await handle.stat()
      if (!stats.isFile()) return undefined
      const bytes = stats.size <= LARGEST_IN_MEMORY ? await handle.readFile() : undefined
      const size = bytes?.length ?? stats.size
      return createVariant({ file, size, modified: stats.mtimeMs, bytes, type, cacheControl, encoding })
    } finally {
      await handle.close()
    }
  } catch {
    // Gone since it was found, a link that leads nowhere, or nothing this process may read.
    return undefined
  }
}
