import { fail } from '../../bson/errors.ts'

const INTERNAL = new Set(['admin', 'config', 'local'])

/** Refuses collections and databases that are the server's own as targets of `$out` and `$merge`. */
export function checkWritten(stage: '$out' | '$merge', db: string, collection: string): void {
  const out = stage === '$out'
  const words = out ? "Can't $out to" : 'Cannot $merge to'
  if (collection.startsWith('system.')) {
    fail(out ? 17385 : 31319, `${words} special collection: ${collection}`)
  }
  if (INTERNAL.has(db)) fail(out ? 31321 : 31320, `${words} internal database: ${db}`)
}
