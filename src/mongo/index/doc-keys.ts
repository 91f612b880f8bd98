import { fail } from '../bson/errors.ts'
import { isIndex } from '../bson/path.ts'
import { printBson } from '../bson/print.ts'
import { isDoc, UNDEFINED, type Doc, type Value } from '../bson/value.ts'
import type { IndexField } from './spec.ts'

export type KeyTuple = (Value | undefined)[]

export interface DocKeys {
  /** One tuple per index entry; values missing from the document are undefined. */
  readonly tuples: KeyTuple[]
  /** By field: whether an array lay on its path. */
  readonly multikey: readonly boolean[] | undefined
}

interface Walker {
  value: Value | undefined
  /** How many parts of the path lie behind; `done` once the value is the key itself. */
  at: number
  done: boolean
}

/**
 * The index entries of a document: an array on a path gives one entry for each of its elements.
 * @throws MongoError 171 when two fields of the index meet different arrays, 16746 when a number on a path is both a
 *   position and a name
 */
export function docKeys(doc: Doc, fields: readonly IndexField[]): DocKeys {
  const only = fields[0] as IndexField
  if (fields.length === 1 && only.parts.length === 1) {
    const value = doc.get(only.path)
    if (!Array.isArray(value)) return { tuples: [[value]], multikey: undefined }
  }
  const tuples: KeyTuple[] = []
  const multikey = fields.map(() => false)
  expand(
    fields,
    fields.map(() => ({ value: doc, at: 0, done: false })),
    multikey,
    tuples,
  )
  return { tuples, multikey: multikey.includes(true) ? multikey : undefined }
}

/** Whether the document has any of the fields: what a sparse index asks. */
export function hasAnyField({ tuples }: DocKeys): boolean {
  return tuples.some((tuple) => tuple.some((value) => value !== undefined))
}

function expand(
  fields: readonly IndexField[],
  walkers: Walker[],
  multikey: boolean[],
  tuples: KeyTuple[],
): void {
  let array: Value[] | undefined
  let arrayField = -1
  for (const [index, field] of fields.entries()) {
    const walker = walkers[index] as Walker
    if (walker.done) continue
    walk(walker, field.parts)
    if (walker.done || !Array.isArray(walker.value)) continue
    if (array && array !== walker.value) {
      fail(
        171,
        `cannot index parallel arrays [${arrayName(field, walker)}] [${arrayName(fields[arrayField] as IndexField, walkers[arrayField] as Walker)}]`,
      )
    }
    array = walker.value
    arrayField = index
  }
  if (!array) {
    tuples.push(walkers.map(({ value }) => value))
    return
  }
  for (const [index, walker] of walkers.entries())
    if (!walker.done && walker.value === array) multikey[index] = true
  for (const item of array.length === 0 ? [undefined] : array) {
    const next = walkers.map((walker, index): Walker => {
      if (walker.done || walker.value !== array) return { ...walker }
      const left = (fields[index] as IndexField).parts.length - walker.at
      if (left === 0) return { value: array.length === 0 ? UNDEFINED : item, at: walker.at, done: true }
      return isDoc(item)
        ? { value: item, at: walker.at, done: false }
        : { value: undefined, at: walker.at, done: true }
    })
    expand(fields, next, multikey, tuples)
  }
}

/** Walks to the end of the path, or to the first array on it that no position opens. */
function walk(walker: Walker, parts: readonly string[]): void {
  while (walker.at < parts.length) {
    const part = parts[walker.at] as string
    if (isDoc(walker.value)) {
      walker.value = walker.value.get(part)
    } else if (Array.isArray(walker.value)) {
      if (!isIndex(part) || Number(part) >= walker.value.length) return
      refuseAmbiguous(walker.value, part)
      walker.value = walker.value[Number(part)]
    } else {
      walker.value = undefined
      walker.done = true
      return
    }
    walker.at++
  }
  if (!Array.isArray(walker.value)) walker.done = true
}

/** A number on a path is a position or a name; where it can be both, no key tells which. */
function refuseAmbiguous(array: readonly Value[], part: string): void {
  if (!array.some((item) => isDoc(item) && item.has(part))) return
  fail(
    16746,
    `Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), field: '${part}' for array: ${printBson([...array])}`,
  )
}

function arrayName(field: IndexField, walker: Walker): string {
  return field.parts[walker.at - 1] as string
}
