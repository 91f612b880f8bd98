import { readFileSync, type Stats } from 'node:fs'
import type { Folders } from './folders.ts'
import { statFile } from './folders.ts'
import { formatName, type TemplateName } from './name.ts'

/** A template file found and read. */
export interface TemplateSource {
  readonly name: string
  readonly app: string | undefined
  readonly path: string
  readonly file: string
  readonly text: string
  /** It was rendered with a callback: it and all it refers to can wait for what is asynchronous. */
  readonly waits?: boolean
}

interface Entry<T> {
  source: TemplateSource
  made: T
  stats: Stats
  /** When it was read: a file written within the same tick of the clock can change without a trace in its facts. */
  readAt: number
  /** The round it was last looked at in. */
  round: number
}

/** Templates read and made ready, by name; how long they are believed is the store's to know. */
export interface Store<T> {
  /** The template under a name, or `undefined` when no folder has it. */
  find(name: TemplateName): T | undefined
  /** The one it hides: the next of the same name after `file`. */
  findBehind(name: TemplateName, file: string): T | undefined
  /** A new page begins: in development every file is looked at once more. */
  nextRound(): void
  /** Changes whenever something found may be found differently. */
  readonly round: number
}

const CLOCK_TICK = 100

/** How long a file that was there a moment ago is waited for: editors move the old one away before the new one comes. */
const PATIENCE = { tries: 40, pause: 10 }

/**
 * Finds templates and keeps what `make` makes of them. With `cache` a template once found is kept for good;
 * without, it is kept as long as its file is the same and none has come before it: a stat for each candidate.
 * @param ready files that were compiled ahead: their texts are not read before something asks for them
 */
export function createStore<T>(
  folders: Folders,
  make: (source: TemplateSource) => T,
  cache: boolean,
  ready: { has(file: string): boolean } | undefined,
): Store<T> {
  const entries = new Map<string, Entry<T>>()
  let round = 1

  function locate(name: TemplateName, after?: string): { file: string; stats: Stats } | undefined {
    const candidates = folders.candidates(name)
    for (const file of after === undefined ? candidates : candidates.slice(candidates.indexOf(after) + 1)) {
      const stats = statFile(file)
      if (stats !== undefined) return { file, stats }
    }
    return undefined
  }

  function current(key: string, name: TemplateName, after?: string): T | undefined {
    const known = entries.get(key)
    if (known !== undefined && (cache || known.round === round)) return known.made
    const located = ready === undefined ? undefined : locate(name, after)
    if (located !== undefined && ready?.has(located.file)) return takeReady(key, name, located)
    const found = read(known, name, after)
    if (found === undefined) {
      entries.delete(key)
      return undefined
    }
    const { file, stats, text, readAt } = found
    if (text === undefined || (known?.source.file === file && known.source.text === text)) {
      Object.assign(known!, { stats, readAt, round })
      return known!.made
    }
    const source = { name: formatName(name), app: name.app, path: name.path, file, text }
    const made = make(source)
    entries.set(key, { source, made, stats, readAt, round })
    return made
  }

  function takeReady(key: string, name: TemplateName, { file, stats }: { file: string; stats: Stats }): T {
    const source = {
      name: formatName(name),
      app: name.app,
      path: name.path,
      file,
      get text() {
        return readText(file) ?? ''
      },
    }
    const made = make(source)
    entries.set(key, { source, made, stats, readAt: 0, round })
    return made
  }

  /** Finds and reads a template's file; without a text when it is sure to be the known one. */
  function read(
    known: Entry<T> | undefined,
    name: TemplateName,
    after: string | undefined,
  ): (Pick<Entry<T>, 'stats' | 'readAt'> & { file: string; text?: string }) | undefined {
    for (let left = known === undefined ? 0 : PATIENCE.tries; ; left--) {
      const found = locate(name, after)
      const readAt = Date.now()
      // Nothing found is waited for too: the file may be back between the look for it and a second look.
      const moved =
        known !== undefined &&
        found?.file !== known.source.file &&
        (found === undefined || statFile(known.source.file) === undefined)
      if (!moved || left === 0) {
        if (found === undefined) return undefined
        const { file, stats } = found
        const same = known?.source.file === file && isSame(known.stats, stats)
        if (same && known.readAt - stats.mtimeMs > CLOCK_TICK) return { file, stats, readAt: known.readAt }
        const text = readText(file)
        const emptied = text === '' && known !== undefined && known.source.text !== ''
        if (text !== undefined && (!emptied || left === 0)) return { file, stats, text, readAt }
        if (left === 0) return undefined
      }
      pause(PATIENCE.pause)
    }
  }

  return {
    find: (name) => current(formatName(name), name),
    findBehind: (name, file) => current(`${formatName(name)}\0${file}`, name, file),
    nextRound() {
      if (!cache) round++
    },
    get round() {
      return round
    },
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    // It was there when it was looked for.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function isSame(a: Stats, b: Stats): boolean {
  return a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.size === b.size && a.ino === b.ino
}
