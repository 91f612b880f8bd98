import { fail } from '../bson/errors.ts'
import { MEMORY_LIMIT, SPILL_AT, type OpenSpill, type SpillFile } from '../spill/spill-file.ts'
import { PAUSE, paced, type Pause, type Paced } from '../turn/pause.ts'
import { mergeRuns, type Run } from './merge-runs.ts'

/** What is sorted at a stretch: a few milliseconds. */
const RUN = 2048

export interface Sorting<T, K> {
  readonly keyOf: (item: T) => K
  readonly compareKeys: (a: K, b: K) => number
  /** How many of the first are wanted. */
  readonly limit?: number
  readonly isOver?: (() => boolean) | undefined
  /** Undefined where the disk may not be used. */
  readonly spill?: OpenSpill | undefined
  readonly bytesOf: (item: T) => number
  readonly write: (item: T) => Uint8Array
  readonly read: (bytes: Buffer) => T
}

interface Keyed<T, K> {
  readonly item: T
  readonly key: K
}

/**
 * Sorts stably, with pauses; each key is taken once.
 *
 * With a small limit only as many are held as can still be wanted. Else short runs are sorted as they fill and merged
 * as they are read; those above `SPILL_AT` go to a file.
 *
 * @throws MongoError 292 above 100 MB where the disk may not be used
 */
export function sortPaced<T, K>(source: Paced<T>, sorting: Sorting<T, K>): Generator<T | Pause, void> {
  const { limit = Infinity } = sorting
  return limit <= RUN ? sortFirst(source, sorting, limit) : sortAll(source, sorting, limit)
}

/** Gathers twice as many as are wanted, then sorts and cuts: few comparisons an item, little memory. */
function* sortFirst<T, K>(
  source: Paced<T>,
  { keyOf, compareKeys }: Sorting<T, K>,
  limit: number,
): Generator<T | Pause, void> {
  const order = (a: Keyed<T, K>, b: Keyed<T, K>): number => compareKeys(a.key, b.key)
  let kept: Keyed<T, K>[] = []
  let worst: Keyed<T, K> | undefined
  for (const item of source) {
    if (item === PAUSE) {
      yield PAUSE
      continue
    }
    const keyed = { item, key: keyOf(item) }
    // What comes later loses to its equals.
    if (worst && order(keyed, worst) >= 0) continue
    kept.push(keyed)
    if (kept.length < 2 * limit + 32) continue
    kept = kept.sort(order).slice(0, limit)
    worst = kept.at(-1)
  }
  for (const { item } of kept.sort(order).slice(0, limit)) yield item
}

function* sortAll<T, K>(source: Paced<T>, sorting: Sorting<T, K>, limit: number): Generator<T | Pause, void> {
  const runs = new Runs(sorting)
  try {
    for (const item of source) {
      if (item === PAUSE) yield PAUSE
      else if (runs.add(item)) yield* runs.spill()
    }
    let left = limit
    for (const item of paced(runs.merged(), sorting.isOver)) {
      yield item
      if (item !== PAUSE && --left <= 0) return
    }
  } finally {
    runs.close()
  }
}

class Runs<T, K> {
  private readonly sorting: Sorting<T, K>
  private readonly order: (a: Keyed<T, K>, b: Keyed<T, K>) => number
  private readonly files: SpillFile[] = []
  private runs: Keyed<T, K>[][] = []
  private run: Keyed<T, K>[] = []
  private bytes = 0

  constructor(sorting: Sorting<T, K>) {
    this.sorting = sorting
    this.order = (a, b) => sorting.compareKeys(a.key, b.key)
  }

  /** @returns whether there is so much in memory that it has to go to a file */
  add(item: T): boolean {
    const { keyOf, bytesOf, spill } = this.sorting
    this.run.push({ item, key: keyOf(item) })
    this.bytes += bytesOf(item)
    if (this.run.length >= RUN) this.endRun()
    if (spill) return this.bytes > SPILL_AT
    if (this.bytes > MEMORY_LIMIT) {
      fail(
        292,
        `Sort exceeded memory limit of ${MEMORY_LIMIT} bytes, but did not opt in to external sorting. Aborting operation. Pass allowDiskUse:true to opt in.`,
      )
    }
    return false
  }

  *spill(): Generator<Pause, void> {
    const { spill, write, isOver } = this.sorting
    const file = (spill as OpenSpill)()
    this.files.push(file)
    for (const keyed of paced(this.inMemory(), isOver)) {
      if (keyed === PAUSE) yield PAUSE
      else file.write(write(keyed.item))
    }
    this.runs = []
    this.bytes = 0
  }

  *merged(): Generator<T, void> {
    const stored = this.files.map((file) => this.stored(file))
    for (const { item } of mergeRuns([...stored, this.inMemory()], this.order)) yield item
  }

  close(): void {
    for (const file of this.files) file.close()
  }

  private endRun(): void {
    if (this.run.length > 0) this.runs.push(this.run.sort(this.order))
    this.run = []
  }

  private inMemory(): Run<Keyed<T, K>> & Iterable<Keyed<T, K>> {
    this.endRun()
    return mergeRuns(
      this.runs.map((run) => run.values()),
      this.order,
    )
  }

  private *stored(file: SpillFile): Generator<Keyed<T, K>, void> {
    const { keyOf, read } = this.sorting
    for (const bytes of file.read()) {
      const item = read(bytes)
      yield { item, key: keyOf(item) }
    }
  }
}
