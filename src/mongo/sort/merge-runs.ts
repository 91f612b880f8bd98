/** A sorted run, read from its front. */
export type Run<T> = Iterator<T, unknown>

/** Merges sorted runs; of equal items those of an earlier run come first. */
export function* mergeRuns<T>(runs: readonly Run<T>[], order: (a: T, b: T) => number): Generator<T, void> {
  const heads: Head<T>[] = []
  const before = (a: Head<T>, b: Head<T>): boolean => (order(a.item, b.item) || a.place - b.place) < 0
  for (const [place, run] of runs.entries()) {
    const step = run.next()
    if (!step.done) heads.push({ item: step.value, place, run })
  }
  for (let at = heads.length >> 1; at >= 0; at--) sink(heads, at, before)
  for (let head = heads[0]; head; head = heads[0]) {
    yield head.item
    const step = head.run.next()
    if (!step.done) head.item = step.value
    else {
      const last = heads.pop() as Head<T>
      if (heads.length > 0) heads[0] = last
    }
    sink(heads, 0, before)
  }
}

interface Head<T> {
  item: T
  readonly place: number
  readonly run: Run<T>
}

/** Restores the heap below a place: each head comes before its two children. */
function sink<T>(heads: Head<T>[], from: number, before: (a: Head<T>, b: Head<T>) => boolean): void {
  let at = from
  for (;;) {
    const [left, right] = [2 * at + 1, 2 * at + 2]
    let least = at
    if (left < heads.length && before(heads[left] as Head<T>, heads[least] as Head<T>)) least = left
    if (right < heads.length && before(heads[right] as Head<T>, heads[least] as Head<T>)) least = right
    if (least === at) return
    ;[heads[at], heads[least]] = [heads[least] as Head<T>, heads[at] as Head<T>]
    at = least
  }
}
