import { fail } from '../bson/errors.ts'
import { printElement } from '../bson/print.ts'
import type { Value } from '../bson/value.ts'
import type { Accumulator } from './accumulate/accumulator.ts'
import { makeFirsts, makeLasts } from './accumulate/collect.ts'
import { makeExtreme, makeExtremes } from './accumulate/extreme.ts'
import { checkMethod, makeMedian, makePercentile, readShares } from './accumulate/percentile.ts'
import { notCounted, readCount } from './accumulate/read-count.ts'
import { makeStandardDeviation } from './accumulate/standard-deviation.ts'
import { makeAverage, makeSum } from './accumulate/sum.ts'
import { fold } from './constant.ts'
import { apply, compileArguments, readNamed } from './operands.ts'
import type { CompileOperator, Expression, OperatorTable, Scope } from './types.ts'

/** `$sum` and its like within an expression: over the arguments, or over the elements of a single array. */
function overArguments(make: (scope: Scope) => Accumulator): CompileOperator {
  return (operand, scope) =>
    apply(compileArguments(operand, scope), (values) => {
      const [only] = values
      const accumulator = make(scope)
      for (const value of values.length === 1 && Array.isArray(only) ? only : values) accumulator.add(value)
      return accumulator.result()
    })
}

/** `$firstN` and its like: `{n, input}`. */
function overArray(make: (count: number, scope: Scope) => Accumulator): CompileOperator {
  return (operand, scope, name) => {
    const named = readNamed(operand, name, {
      required: { n: 5787906, input: 5787907 },
      notObject: [
        notCounted(name),
        () => `specification must be an object; found ${printElement(name, operand)}`,
      ],
      unknown: [5787901, (_op, what) => `Unknown argument for 'n' operator: ${what}`],
      missing: (_op, what) => `Missing value for '${what}'`,
    })
    const count = scope.compile(named.get('n') as Value)
    const input = scope.compile(named.get('input') as Value)
    const evaluate: Expression = (doc, variables) => {
      const most = readCount(count(doc, variables))
      const array = input(doc, variables)
      if (!Array.isArray(array)) return fail(5788200, 'Input must be an array')
      const accumulator = make(most, scope)
      for (const element of array) accumulator.add(element)
      return accumulator.result()
    }
    return fold(evaluate, [count, input])
  }
}

const compilePercentile: CompileOperator = (operand, scope, name) => {
  const median = name === '$median'
  const named = readNamed(operand, name, {
    required: median ? { input: 40414, method: 40414 } : { input: 40414, p: 40414, method: 40414 },
    notObject: [
      median ? 7436201 : 7436200,
      () => `specification must be an object; found ${printElement(name, operand)}`,
    ],
    unknown: [40415, (op, what) => `BSON field '${op}.${what}' is an unknown field.`],
    missing: (op, what) => `BSON field '${op}.${what}' is missing but a required field`,
  })
  checkMethod(named.get('method'), name)
  const shares = median ? [] : readShares(named.get('p') as Value, scope.compile)
  const make = median ? makeMedian : (): Accumulator => makePercentile(shares)
  const input = scope.compile(named.get('input') as Value)
  return fold(
    (doc, variables) => {
      const value = input(doc, variables)
      const accumulator = make()
      for (const each of Array.isArray(value) ? value : [value]) accumulator.add(each)
      return accumulator.result()
    },
    [input],
  )
}

export const arrayAccumulators: OperatorTable = {
  $sum: overArguments(makeSum),
  $avg: overArguments(makeAverage),
  $min: overArguments((scope) => makeExtreme(1, scope.context.collation)),
  $max: overArguments((scope) => makeExtreme(-1, scope.context.collation)),
  $stdDevPop: overArguments(() => makeStandardDeviation(false)),
  $stdDevSamp: overArguments(() => makeStandardDeviation(true)),
  $firstN: overArray((count) => makeFirsts(count)),
  $lastN: overArray((count) => makeLasts(count)),
  $minN: overArray((count, scope) => makeExtremes(1, count, scope.context.collation)),
  $maxN: overArray((count, scope) => makeExtremes(-1, count, scope.context.collation)),
  $median: compilePercentile,
  $percentile: compilePercentile,
}
