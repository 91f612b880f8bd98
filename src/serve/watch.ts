import { watch as chokidarWatch, type FSWatcher } from 'chokidar'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createSnapshot } from './snapshot.ts'
import type { Sources } from './sources.ts'

export interface Watcher {
  close(): Promise<void>
}

export interface WatchOptions {
  root: string
  sources: Sources
  /** Look at everything now and then, for mounts without events. */
  poll: boolean
  /** Called with the files that changed, came or went. */
  changed: (files: string[]) => void
  /** Called with the reason when the system's events cannot be had and looking now and then takes their place. */
  fellBack: (reason: string) => void
}

/** Milliseconds between two looks when polling. */
const pollEvery = 250
/** Milliseconds of quiet after which everything is looked at once more, for what no event told of. */
const settleAfter = 120

/**
 * Watches a project's own sources. chokidar says where something happened, a look at the files says what: its own events
 * are throttled, so that the last of several quick saves may have none.
 */
export async function watchSources(options: WatchOptions): Promise<Watcher> {
  const { root, sources } = options
  const snapshot = createSnapshot(root, sources)
  let polling: NodeJS.Timeout | undefined
  let settling: NodeJS.Timeout | undefined
  let watcher: FSWatcher | undefined

  function look(path: string, isQuiet = false): void {
    const files = snapshot.look(path, isQuiet)
    if (files.length > 0) options.changed(files)
  }

  function settle(): void {
    settling?.refresh()
    settling ??= setTimeout(() => look(root, true), settleAfter)
  }

  function poke(path: string): void {
    look(path)
    settle()
  }

  function poll(): void {
    polling ??= setInterval(() => {
      look(root)
      if (snapshot.isHalfSaved) settle()
    }, pollEvery)
  }

  if (options.poll) poll()
  else {
    watcher = chokidarWatch(root, {
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
      ignored: (path, stats) =>
        path !== root &&
        sources.kindOf(path) === undefined &&
        (stats?.isFile() === true || !sources.isWatchedFolder(path)),
    })
    watcher.on('raw', (_event, path, details) => {
      const at = (details as { watchedPath?: string } | undefined)?.watchedPath
      if (at === undefined) poke(root)
      else poke(path && isFolder(at) ? join(at, path) : at)
    })
    watcher.on('all', (_event, path) => poke(path))
    watcher.on('error', (error) => {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'ENOSPC' && code !== 'EMFILE') return
      options.fellBack(code === 'ENOSPC' ? 'the system allows no more file watches' : message)
      void watcher?.close()
      poll()
    })
    await new Promise<void>((resolve) => {
      watcher?.once('ready', resolve)
      watcher?.once('error', () => resolve())
    })
    // Whatever changed while the watches were being set up.
    look(root)
  }

  return {
    async close() {
      clearInterval(polling)
      clearTimeout(settling)
      await watcher?.close()
    },
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
