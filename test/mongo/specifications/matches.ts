import { isDeepStrictEqual } from 'node:util'
import { Binary, BSON, Double, Int32, Long, ObjectId, Timestamp, type Document } from 'mongodb'
import type { Entities } from './entities.ts'

type Special = (operand: unknown, actual: unknown, entities: Entities, place: string, there: boolean) => void

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  binData: (value) => value instanceof Binary || value instanceof Uint8Array,
  bool: (value) => typeof value === 'boolean',
  date: (value) => value instanceof Date,
  double: isNumeric,
  int: isNumeric,
  long: isNumeric,
  null: (value) => value === null,
  number: isNumeric,
  object: isDocument,
  objectId: (value) => value instanceof ObjectId,
  string: (value) => typeof value === 'string',
  timestamp: (value) => value instanceof Timestamp,
}

const SPECIAL: Readonly<Record<string, Special>> = {
  $$exists(operand, _, __, place, there) {
    if (operand !== there) miss(place, operand === true ? 'is missing' : 'is there')
  },
  $$type(operand, actual, _, place, there) {
    const names = Array.isArray(operand) ? (operand as string[]) : [operand as string]
    if (!there || !names.some((name) => TYPES[name]?.(actual)))
      miss(place, `is no ${names.join(', ')}`, actual)
  },
  $$unsetOrMatches(operand, actual, entities, place, there) {
    if (there && actual !== undefined && actual !== null)
      match(operand, actual, entities, place, isRoot(place))
  },
  $$matchesEntity(operand, actual, entities, place) {
    match(entities.get(operand as string), actual, entities, place, isRoot(place))
  },
  $$matchesHexBytes(operand, actual, _, place) {
    const hex = Buffer.isBuffer(actual) ? actual.toString('hex') : undefined
    if (hex !== operand) miss(place, `is not ${String(operand)}`, hex)
  },
  $$sessionLsid(operand, actual, entities, place) {
    match(entities.session(operand as string).id, actual, entities, place, false)
  },
  $$matchAsDocument(operand, actual, entities, place) {
    match(operand, actual, entities, place, false)
  },
  $$matchAsRoot(operand, actual, entities, place) {
    match(operand, actual, entities, place, true)
  },
  $$lte(operand, actual, _, place) {
    if (!(Number(actual) <= Number(operand))) miss(place, `is above ${String(operand)}`, actual)
  },
}

/**
 * Compares by the rules of the format: numbers by value, the order of fields aside, more fields only in a root.
 * @throws Error with the place that differs
 */
export function match(
  expected: unknown,
  actual: unknown,
  entities: Entities,
  place = '',
  root = true,
  there: boolean = actual !== undefined,
): void {
  if (isDocument(expected)) {
    const [[operator, operand] = ['', undefined]] = Object.entries(expected)
    const special = Object.keys(expected).length === 1 ? SPECIAL[operator] : undefined
    if (special) special(operand, actual, entities, place, there)
    else matchDocument(expected, actual, entities, place, root)
    return
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      miss(place, `is not ${show(expected)}`, actual)
    for (const [at, item] of expected.entries())
      match(item, (actual as unknown[])[at], entities, `${place}[${at}]`, root && isRoot(place))
    return
  }
  if (
    isNumeric(expected) && isNumeric(actual) ? Number(expected) === Number(actual) : isSame(expected, actual)
  )
    return
  miss(place, `is not ${show(expected)}`, actual)
}

function matchDocument(
  expected: Document,
  actual: unknown,
  entities: Entities,
  place: string,
  root: boolean,
): void {
  if (typeof actual !== 'object' || actual === null) miss(place, `is not ${show(expected)}`, actual)
  // The driver keeps orders and keys of indexes as maps, since a number as a name would change its place.
  const given = (actual instanceof Map ? Object.fromEntries(actual) : actual) as Document
  for (const [name, value] of Object.entries(expected)) {
    const there = Object.hasOwn(given, name) || given[name] !== undefined
    match(value, given[name], entities, place === '' ? name : `${place}.${name}`, false, there)
  }
  if (root) return
  const more = Object.keys(given).filter(
    (name) => !Object.hasOwn(expected, name) && given[name] !== undefined,
  )
  if (more.length > 0) miss(place, `has ${more.join(', ')} as well`, actual)
}

/** The result itself, or an element of it when it is a list. */
function isRoot(place: string): boolean {
  return place === '' || /^\[\d+\]$/.test(place)
}

function isDocument(value: unknown): value is Document {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof BSON.BSONValue) &&
    !(value instanceof Date) &&
    !(value instanceof RegExp) &&
    !ArrayBuffer.isView(value)
  )
}

function isNumeric(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Long ||
    value instanceof Int32 ||
    value instanceof Double
  )
}

function isSame(expected: unknown, actual: unknown): boolean {
  if (expected instanceof ObjectId) return actual instanceof ObjectId && expected.equals(actual)
  if (expected instanceof Binary && actual instanceof Binary)
    return expected.sub_type === actual.sub_type && Buffer.compare(expected.value(), actual.value()) === 0
  return isDeepStrictEqual(expected, actual)
}

function miss(place: string, how: string, actual?: unknown): never {
  throw new Error(`${place || 'the result'} ${how}${actual === undefined ? '' : `: ${show(actual)}`}`)
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
}
