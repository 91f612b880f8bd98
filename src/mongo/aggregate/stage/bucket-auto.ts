import { compareValues } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { asNumber } from '../../bson/numeric.ts'
import { isNumber, toDouble } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { typeOf } from '../../expression/missing.ts'
import { int32Of } from '../../expression/number.ts'
import { bounded } from '../../spill/bounded.ts'
import { collect } from '../../turn/pause.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'
import { checkGroupBy, compileOutput } from './bucket.ts'
import { readGranularity } from './granularity.ts'
import type { Granularity } from './granularity.ts'
import { addToGroup, closeGroup, openGroup } from './group.ts'

interface Item {
  readonly value: Value
  readonly doc: Doc
}

interface Bucket {
  min: Value
  max: Value
  readonly items: Item[]
}

function requireNumber(value: Value): number {
  if (!isNumber(value)) {
    const words =
      '$bucketAuto can specify a "granularity" with numeric boundaries only, but found a value with type'
    return fail(40258, `${words}: ${typeOf(value)}`)
  }
  const number = asNumber(value)
  if (Number.isNaN(number))
    fail(40259, '$bucketAuto can specify a "granularity" with numeric boundaries only, but found a NaN')
  if (number < 0) fail(40260, '$bucketAuto can specify a "granularity" with non-negative numbers only')
  return number
}

function refuseGroupBy(found: string): never {
  const words = "The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an expression object"
  return fail(40239, `${words}, but found: ${found}`)
}

/** `$bucketAuto`: buckets of about the same size, equal values never apart. */
export const compileBucketAuto: CompileStage = (spec, context) => {
  const words = `The argument to $bucketAuto must be an object, but found type: ${typeOf(spec)}.`
  const options = requireDoc(spec, 40240, words)
  for (const name of options.keys()) {
    if (!['groupBy', 'buckets', 'output', 'granularity'].includes(name)) {
      fail(40245, `Unrecognized option to $bucketAuto: ${name}.`)
    }
  }
  if (!options.has('groupBy') || !options.has('buckets')) {
    fail(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.")
  }
  const groupBy = compileExpression(checkGroupBy(options.get('groupBy'), refuseGroupBy), context)
  const buckets = options.get('buckets')
  if (!isNumber(buckets)) {
    fail(
      40241,
      `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${typeOf(buckets)}.`,
    )
  }
  const count =
    int32Of(buckets) ??
    fail(40242, "The $bucketAuto 'buckets' field must be representable as a 32-bit integer")
  if (count <= 0) fail(40243, `The $bucketAuto 'buckets' field must be greater than 0, but found: ${count}.`)
  const fields = compileOutput(options.get('output'), context, '$bucketAuto', 40244)
  const wanted = options.get('granularity')
  if (wanted !== undefined && typeof wanted !== 'string') {
    fail(40261, `The $bucketAuto 'granularity' field must be a string, but found type: ${typeOf(wanted)}.`)
  }
  const granularity = wanted === undefined ? undefined : readGranularity(wanted)
  const { collation } = context
  return function* bucketAuto(source) {
    const docs: Doc[] = []
    yield* collect(source, docs, bounded('$bucketAuto'))
    const items = docs.map((doc) => ({ value: groupBy(doc, NO_VARIABLES) ?? null, doc }))
    if (granularity) for (const { value } of items) requireNumber(value)
    items.sort((left, right) => compareValues(left.value, right.value, collation))
    const same = (left: Value, right: Value): boolean => compareValues(left, right, collation) === 0
    for (const { min, max, items: own } of divide(items, count, same, granularity)) {
      const id: Doc = new Map([
        ['min', min],
        ['max', max],
      ])
      const group = openGroup(id, fields)
      for (const { doc } of own) addToGroup(group, fields, doc)
      yield closeGroup(group, fields)
    }
  }
}

function divide(
  items: readonly Item[],
  count: number,
  same: (left: Value, right: Value) => boolean,
  granularity: Granularity | undefined,
): Bucket[] {
  const size = Math.max(1, Math.round(items.length / count))
  const made: Bucket[] = []
  let next = 0
  while (next < items.length && made.length < count) {
    const start = next
    next = made.length === count - 1 ? items.length : Math.min(items.length, start + size)
    while (next < items.length && same((items[next] as Item).value, (items[next - 1] as Item).value)) next++
    const first = (items[start] as Item).value
    const bucket: Bucket = {
      min: first,
      max: (items[next - 1] as Item).value,
      items: items.slice(start, next),
    }
    const previous = made.at(-1)
    if (granularity) {
      bucket.min = previous ? previous.max : toDouble(granularity.down(requireNumber(first)))
      const highest = granularity.up(requireNumber(bucket.max))
      bucket.max = toDouble(highest)
      // What lies below the rounded boundary belongs to this bucket too.
      while (next < items.length && requireNumber((items[next] as Item).value) < highest) {
        bucket.items.push(items[next] as Item)
        next++
      }
      const after = items[next]
      // Zero has no preferred number above it: the next bucket's lower end serves.
      if (highest === 0 && after) bucket.max = toDouble(granularity.down(requireNumber(after.value)))
    } else if (previous) previous.max = bucket.min
    made.push(bucket)
  }
  return made
}
