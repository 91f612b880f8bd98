import type { CacheStore, Kept, Versions } from './cache.ts'

interface Entry extends Kept {
  readonly until: number
  readonly versions: Versions
  readonly size: number
}

/** What an entry costs beside its text, roughly. */
const OVERHEAD = 400

/** How many names are known; the ones not used for longest are forgotten first, and with them what was kept under them. */
const MOST_NAMES = 10_000

/**
 * Keeps values in this process: so many bytes, the ones not used for longest go first.
 *
 * @param bytes in all; one value may take an eighth of it
 */
export function createMemoryStore(bytes: number): CacheStore {
  const entries = new Map<string, Entry>()
  const versions = new Map<string, string>()
  let used = 0
  let count = 0

  const remove = (key: string, entry: Entry): void => {
    entries.delete(key)
    used -= entry.size
  }
  const versionOf = (name: string): string => {
    const version = versions.get(name) ?? String(++count)
    touch(versions, name, version)
    if (versions.size > MOST_NAMES) versions.delete(first(versions)!)
    return version
  }
  const isCurrent = (entry: Entry): boolean =>
    entry.until > performance.now() &&
    Object.entries(entry.versions).every(([name, version]) => versions.get(name) === version)

  return {
    look(key, names) {
      const entry = entries.get(key)
      if (entry && isCurrent(entry)) {
        touch(entries, key, entry)
        return { kept: entry }
      }
      if (entry) remove(key, entry)
      return { kept: undefined, versions: Object.fromEntries(names.map((name) => [name, versionOf(name)])) }
    },
    keep(key, { head, body }, seconds, given) {
      const before = entries.get(key)
      if (before) remove(key, before)
      const size =
        2 * (key.length + head.length) + (typeof body === 'string' ? 2 : 1) * body.length + OVERHEAD
      if (size > bytes / 8) return
      const entry = { head, body, versions: given, size, until: performance.now() + seconds * 1000 }
      if (!isCurrent(entry)) return
      entries.set(key, entry)
      used += size
      for (const [oldest, other] of entries) {
        if (used <= bytes) break
        remove(oldest, other)
      }
    },
    forget(key) {
      const entry = entries.get(key)
      if (entry) remove(key, entry)
    },
    invalidate(names) {
      for (const name of names) versions.delete(name)
    },
    async close() {
      entries.clear()
    },
  }
}

/** Puts an entry at the end: a map's order is that of use. */
function touch<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
}

function first(map: Map<string, unknown>): string | undefined {
  for (const key of map.keys()) return key
  return undefined
}
