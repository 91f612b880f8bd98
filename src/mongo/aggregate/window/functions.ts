import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileAccumulator } from '../accumulators.ts'
import type { CompiledAccumulator } from '../accumulators.ts'
import { NO_VARIABLES } from '../variables.ts'
import { compileCalculus } from './calculus.ts'
import { compileCovariance } from './covariance.ts'
import { compileExpMovingAvg } from './exp-moving-avg.ts'
import { compileLinearFill, compileLocf } from './filling.ts'
import { compileRank } from './rank.ts'
import { compileShift } from './shift.ts'
import type { CompileWindowFunction, WindowFunction } from './window-function.ts'
import { compileWindow } from './window.ts'
import type { FindBounds, Ordering } from './window.ts'

/** Documents between two looks at the clock: wide windows cost much each. */
const DEADLINE_EVERY = 64

const FUNCTIONS: Readonly<Record<string, CompileWindowFunction>> = {
  $rank: compileRank,
  $denseRank: compileRank,
  $documentNumber: compileRank,
  $shift: compileShift,
  $derivative: compileCalculus,
  $integral: compileCalculus,
  $covariancePop: compileCovariance,
  $covarianceSamp: compileCovariance,
  $expMovingAvg: compileExpMovingAvg,
  $linearFill: compileLinearFill,
  $locf: compileLocf,
}

/** Compiles `{$sum: '$x', window: {...}}`. */
export function compileWindowFunction(
  spec: Doc,
  field: string,
  context: EvalContext,
  ordering: Ordering,
): WindowFunction {
  const window = spec.get('window')
  const operators = [...spec].filter(([name]) => name !== 'window')
  const [entry] = operators
  if (!entry) return fail(9, `Expected a $-prefixed window function, but the field '${field}' has none`)
  const [name, operand] = entry
  if (operators.length > 1) fail(9, `Cannot specify two functions in window function spec of '${field}'`)
  if (!name.startsWith('$')) fail(9, `Expected a $-prefixed window function, ${name}`)
  const compile = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (compile) return compile(operand, { context, ordering, window }, name)
  const accumulator = name === '$mergeObjects' ? undefined : compileAccumulator(name, operand, context)
  if (!accumulator) return fail(9, `Unrecognized window function, ${name}`)
  return accumulate(accumulator, compileWindow(window, ordering), context)
}

/**
 * Runs an accumulator over each window. While windows only grow at their end, as running totals do, one accumulator
 * goes on; otherwise each window begins anew.
 */
function accumulate(
  { input, start }: CompiledAccumulator,
  find: FindBounds,
  { deadline }: EvalContext,
): WindowFunction {
  return (partition) => {
    const { docs } = partition
    const inputs = docs.map((doc) => input(doc, NO_VARIABLES))
    let running = start(new Map())
    let from = 0
    let next = 0
    let result: Value | undefined
    return docs.map((_doc, index) => {
      if (index % DEADLINE_EVERY === 0) deadline?.()
      const [first, last] = find(partition, index)
      if (first !== from || last + 1 < next) {
        running = start(new Map())
        from = first
        next = first
        result = undefined
      }
      if (next <= last) result = undefined
      for (; next <= last; next++) running.add(inputs[next])
      return (result ??= running.result())
    })
  }
}
