import type { Collation } from '../../bson/collation.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { makeValueSet } from '../compare.ts'
import { mergeInto } from '../object.ts'
import type { Accumulator } from './accumulator.ts'

/** `$push`: missing values leave no trace. */
export function makePush(): Accumulator {
  const values: Value[] = []
  return {
    add(value) {
      if (value !== undefined) values.push(value)
    },
    result: () => [...values],
    grows: true,
  }
}

export function makeAddToSet(collation: Collation | undefined): Accumulator {
  const set = makeValueSet(collation)
  return {
    add(value) {
      if (value !== undefined) set.add(value)
    },
    result: () => set.values(),
    grows: true,
  }
}

export function makeFirst(): Accumulator {
  let first: Value | undefined
  let any = false
  return {
    add(value) {
      if (!any) first = value
      any = true
    },
    result: () => first ?? null,
  }
}

export function makeLast(): Accumulator {
  let last: Value | undefined
  return {
    add(value) {
      last = value
    },
    result: () => last ?? null,
  }
}

/** `$firstN`: a missing value is null here. */
export function makeFirsts(count: number): Accumulator {
  const values: Value[] = []
  return {
    add(value) {
      if (values.length < count) values.push(value ?? null)
    },
    result: () => [...values],
  }
}

export function makeLasts(count: number): Accumulator {
  const values: Value[] = []
  return {
    add(value) {
      values.push(value ?? null)
      // Cut now and then only: shifting a large array for each document is slow.
      if (values.length > 2 * count + 64) values.splice(0, values.length - count)
    },
    result: () => values.slice(-count),
  }
}

export function makeMergeObjects(): Accumulator {
  const merged: Doc = new Map()
  return {
    add: (value) => mergeInto(merged, value),
    result: () => new Map(merged),
  }
}
