/**
 * What a source gives in the place of a document when its turn is over: whoever reads hands it on, up to the command,
 * which lets others work and goes on. All reading is synchronous, so this is the only way back to the event loop.
 */
export const PAUSE: unique symbol = Symbol('pause')
export type Pause = typeof PAUSE

/** Items with pauses between. */
export type Paced<T> = Iterable<T | Pause>

/** Documents between two looks at the clock. */
const LOOK = 16

/** Adds pauses to a source that makes much out of little. */
export function* paced<T>(source: Paced<T>, isOver: (() => boolean) | undefined): Generator<T | Pause, void> {
  let count = 0
  for (const item of source) {
    yield item
    if (item !== PAUSE && ++count % LOOK === 0 && isOver?.()) yield PAUSE
  }
}

/** Adds every item to `list`, and hands the pauses on. `look` sees each item first. */
export function* collect<T>(source: Paced<T>, list: T[], look?: (item: T) => void): Generator<Pause, void> {
  for (const item of source) {
    if (item === PAUSE) {
      yield PAUSE
      continue
    }
    look?.(item)
    list.push(item)
  }
}

/** The first item, for sources that are quick. */
export function firstOf<T>(source: Paced<T>): T | undefined {
  for (const item of source) if (item !== PAUSE) return item
  return undefined
}
