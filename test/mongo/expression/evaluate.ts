import { compileExpression } from '../../../src/mongo/expression/compile.ts'
import { fromPlain, toDoc } from '../../../src/mongo/bson/plain.ts'
import { MongoError } from '../../../src/mongo/bson/errors.ts'
import { makeCollation } from '../../../src/mongo/bson/collation.ts'
import { typeName } from '../../../src/mongo/bson/type.ts'
import { Decimal128, Double, isDoc, toDouble } from '../../../src/mongo/bson/value.ts'
import type { Value } from '../../../src/mongo/bson/value.ts'

export const NOW: Date = new Date('2024-02-29T12:00:00.000Z')

/** Evaluates an expression written as a JavaScript literal over a document written as one. */
export function evaluate(
  expression: unknown,
  doc: Record<string, unknown> = {},
  collation?: string,
): Value | undefined {
  const spec = collation === undefined ? undefined : toDoc({ locale: collation, strength: 2 })
  const context = { now: NOW, collation: spec && makeCollation(spec) }
  return compileExpression(fromPlain(expression), context)(toDoc(doc), new Map())
}

/** The same, shown so that types tell: `int 7`, `double 7`, `long 7`, `decimal 7`; documents keep their order. */
export function show(value: Value | undefined): unknown {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return value.map(show)
  if (isDoc(value)) return Object.fromEntries([...value].map(([name, each]) => [name, show(each)]))
  if (value instanceof Double) return `double ${value.value}`
  if (value instanceof Decimal128) return `decimal ${value.toString()}`
  if (typeof value === 'number') return typeName(value) === 'int' ? value : `double ${value}`
  if (typeof value === 'bigint') return `long ${value}`
  return value
}

/** The code of the error that an expression ends in, while it is compiled or while it runs. */
export function codeOf(expression: unknown, doc: Record<string, unknown> = {}): number | string {
  try {
    return `no error but ${JSON.stringify(show(evaluate(expression, doc)))}`
  } catch (error) {
    if (error instanceof MongoError) return error.code
    throw error
  }
}

/** An integral double. */
export function double(value: number): Value {
  return toDouble(value)
}
export function decimal(text: string): Decimal128 {
  return Decimal128.fromString(text)
}

export type Row = readonly [expression: unknown, expected: unknown, doc?: Record<string, unknown>]

/** A title for a row of a table. */
export function title(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') return `${each}n`
    if (each instanceof Double) return `${each.value}.0`
    return each instanceof Decimal128 ? each.toString() : each
  })
}
