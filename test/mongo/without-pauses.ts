import { PAUSE, type Paced } from '../../src/mongo/turn/pause.ts'

/** The items a source gives. */
export function withoutPauses<T>(source: Paced<T>): T[] {
  return [...source].filter((item): item is T => item !== PAUSE)
}
