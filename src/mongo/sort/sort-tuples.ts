import { fail } from '../bson/errors.ts'
import { isIndex } from '../bson/path.ts'
import { printBson } from '../bson/print.ts'
import { type Doc, UNDEFINED, type Value } from '../bson/value.ts'

/** The values of one way through a document, one for each path; missing ones are undefined. */
export type Tuple = (Value | undefined)[]

interface Step {
  readonly value: Value | undefined
  /** Parts of the path already walked; all of them once `value` is what the path means. */
  readonly at: number
  /** An element already taken out of its array at the end of the path, which is not opened again. */
  readonly taken: boolean
}

/**
 * The tuples a document sorts by: one, or one for each element of the array its paths go through. Paths that share
 * an array stay together, so `{ 'a.x': 1, 'a.y': 1 }` never mixes two elements.
 * @throws MongoError 2 when two paths go through different arrays, 16746 when a part of a path is both a position and a
 *   field of the elements.
 */
export function sortTuples(doc: Doc, paths: readonly (readonly string[])[]): Tuple[] {
  const tuples: Tuple[] = []
  collect(
    paths.map(() => ({ value: doc, at: 0, taken: false })),
    paths,
    tuples,
  )
  return tuples
}

function collect(steps: readonly Step[], paths: readonly (readonly string[])[], tuples: Tuple[]): void {
  const walked = steps.map((step, i) => walk(step, paths[i]!))
  const isOpen = (step: Step): boolean => !step.taken && Array.isArray(step.value)
  const open = walked.find(isOpen)
  if (!open) {
    tuples.push(walked.map(({ value }) => value))
    return
  }
  const array = open.value as Value[]
  if (walked.some((step) => isOpen(step) && step.value !== array)) {
    fail(2, 'cannot sort with keys that are parallel arrays')
  }
  for (const item of array.length === 0 ? [undefined] : array) {
    const next = walked.map((step, i): Step => {
      if (!isOpen(step)) return step
      if (step.at === paths[i]!.length) {
        return { value: array.length === 0 ? UNDEFINED : item, at: step.at, taken: true }
      }
      return item instanceof Map
        ? { value: item, at: step.at, taken: false }
        : { value: undefined, at: paths[i]!.length, taken: true }
    })
    collect(next, paths, tuples)
  }
}

// Down to the end of the path or to an array that no position opens. What a position names is taken as it is: an
// array there is not opened again.
function walk(step: Step, path: readonly string[]): Step {
  let { value, at } = step
  if (step.taken) return step
  let taken = false
  while (at < path.length) {
    const part = path[at]!
    if (value instanceof Map) {
      value = value.get(part)
      taken = false
    } else if (Array.isArray(value)) {
      if (!isIndex(part) || Number(part) >= value.length) return { value, at, taken: false }
      refuseAmbiguous(value, part)
      value = value[Number(part)]
      taken = true
    } else return { value: undefined, at: path.length, taken: true }
    at++
  }
  return { value, at, taken }
}

function refuseAmbiguous(array: readonly Value[], part: string): void {
  if (!array.some((item) => item instanceof Map && item.has(part))) return
  fail(
    16746,
    `Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), field: '${part}' for array: ${printBson(array as Value[])}`,
  )
}
