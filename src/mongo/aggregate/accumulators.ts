import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import { printElement } from '../bson/print.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { Accumulator } from '../expression/accumulate/accumulator.ts'
import {
  makeAddToSet,
  makeFirst,
  makeFirsts,
  makeLast,
  makeLasts,
  makeMergeObjects,
  makePush,
} from '../expression/accumulate/collect.ts'
import { makeExtreme, makeExtremes } from '../expression/accumulate/extreme.ts'
import { checkMethod, makeMedian, makePercentile, readShares } from '../expression/accumulate/percentile.ts'
import { notCounted, readCount } from '../expression/accumulate/read-count.ts'
import { makeStandardDeviation } from '../expression/accumulate/standard-deviation.ts'
import { makeAverage, makeCount, makeSum } from '../expression/accumulate/sum.ts'
import { compileExpression } from '../expression/compile.ts'
import { constant } from '../expression/constant.ts'
import { readNamed } from '../expression/operands.ts'
import { compileSortPattern } from '../expression/sort-pattern.ts'
import type { Expression } from '../expression/types.ts'
import { makeTop } from './top.ts'
import { NO_VARIABLES } from './variables.ts'

/** An accumulator of a stage: what it takes of each document, and how a group of them begins. */
export interface CompiledAccumulator {
  readonly input: Expression
  /** `group` is the group's `_id` where that is a document: `n` may depend on it. */
  readonly start: (group: Doc) => Accumulator
}

type CompileAccumulator = (operand: Value, context: EvalContext, name: string) => CompiledAccumulator

/** An accumulator of one expression. */
function plain(make: (context: EvalContext) => Accumulator): CompileAccumulator {
  return (operand, context, name) => {
    if (Array.isArray(operand) && operand.length !== 1) {
      fail(40237, `The ${name} accumulator is a unary operator`)
    }
    const only = Array.isArray(operand) ? (operand[0] as Value) : operand
    return { input: compileExpression(only, context), start: () => make(context) }
  }
}

function notAnObject(name: string, operand: Value): string {
  return `specification must be an object; found ${printElement(name, operand)}`
}

/** `{n, input}`. */
function counted(make: (count: number, context: EvalContext) => Accumulator): CompileAccumulator {
  return (operand, context, name) => {
    const named = readNamed(operand, name, {
      required: { n: 5787906, input: 5787907 },
      notObject: [notCounted(name), () => notAnObject(name, operand)],
      unknown: [5787901, (_op, what) => `Unknown argument for 'n' operator: ${what}`],
      missing: (_op, what) => `Missing value for '${what}'`,
    })
    const count = compileExpression(named.get('n') as Value, context)
    const input = compileExpression(named.get('input') as Value, context)
    return { input, start: (group) => make(readCount(count(group, NO_VARIABLES)), context) }
  }
}

/** `{sortBy, output}` and `{n, sortBy, output}`. */
function ordered(direction: 1 | -1, many: boolean): CompileAccumulator {
  return (operand, context, name) => {
    const named = readNamed(operand, name, {
      required: many
        ? { n: 5788003, output: 5788004, sortBy: 5788005 }
        : { output: 5788004, sortBy: 5788005 },
      notObject: [5788001, () => notAnObject(name, operand)],
      unknown: [5788002, (_op, what) => `Unknown argument to ${name} '${what}'`],
      missing: (_op, what) => `Missing value for '${what}'`,
    })
    const sortBy = named.get('sortBy') as Value
    if (!isDoc(sortBy)) return fail(10065, `invalid parameter: expected an object (sortBy)`)
    const pattern = compileSortPattern(sortBy, context.collation)
    const count = many ? compileExpression(named.get('n') as Value, context) : constant(1)
    const output = compileExpression(named.get('output') as Value, context)
    return {
      input: (doc, variables) => [[...pattern.keyOf(doc)], output(doc, variables) ?? null],
      start: (group) => makeTop(readCount(count(group, NO_VARIABLES)), pattern, direction, many),
    }
  }
}

const compilePercentile: CompileAccumulator = (operand, context, name) => {
  const median = name === '$median'
  const named = readNamed(operand, name, {
    required: median ? { input: 40414, method: 40414 } : { input: 40414, p: 40414, method: 40414 },
    notObject: [median ? 7436100 : 7429703, () => notAnObject(name, operand)],
    unknown: [40415, (op, what) => `BSON field '${op}.${what}' is an unknown field.`],
    missing: (op, what) => `BSON field '${op}.${what}' is missing but a required field`,
  })
  checkMethod(named.get('method'), name)
  const input = compileExpression(named.get('input') as Value, context)
  if (median) return { input, start: makeMedian }
  const shares = readShares(named.get('p') as Value, (p) => compileExpression(p, context))
  return { input, start: () => makePercentile(shares) }
}

const compileCount: CompileAccumulator = (operand) => {
  if (!isDoc(operand) || operand.size > 0) {
    fail(9, '$count takes no arguments, i.e. $count:{}')
  }
  return { input: constant(1), start: makeCount }
}

const refused: CompileAccumulator = (_operand, _context, name) =>
  fail(115, `${name} is not supported by the embedded store; use a MongoDB server`)

const ACCUMULATORS: Readonly<Record<string, CompileAccumulator>> = {
  $sum: plain(makeSum),
  $avg: plain(makeAverage),
  $min: plain(({ collation }) => makeExtreme(1, collation)),
  $max: plain(({ collation }) => makeExtreme(-1, collation)),
  $first: plain(makeFirst),
  $last: plain(makeLast),
  $push: plain(makePush),
  $addToSet: plain(({ collation }) => makeAddToSet(collation)),
  $stdDevPop: plain(() => makeStandardDeviation(false)),
  $stdDevSamp: plain(() => makeStandardDeviation(true)),
  $mergeObjects: plain(makeMergeObjects),
  $count: compileCount,
  $firstN: counted((count) => makeFirsts(count)),
  $lastN: counted((count) => makeLasts(count)),
  $minN: counted((count, { collation }) => makeExtremes(1, count, collation)),
  $maxN: counted((count, { collation }) => makeExtremes(-1, count, collation)),
  $top: ordered(1, false),
  $topN: ordered(1, true),
  $bottom: ordered(-1, false),
  $bottomN: ordered(-1, true),
  $median: compilePercentile,
  $percentile: compilePercentile,
  $accumulator: refused,
}

/** Whether there is an accumulator of that name. */
export function isAccumulator(name: string): boolean {
  return Object.hasOwn(ACCUMULATORS, name)
}

/** Compiles an accumulator by name; undefined when there is none of that name. */
export function compileAccumulator(
  name: string,
  operand: Value,
  context: EvalContext,
): CompiledAccumulator | undefined {
  return Object.hasOwn(ACCUMULATORS, name) ? ACCUMULATORS[name]?.(operand, context, name) : undefined
}
