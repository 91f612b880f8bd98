import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileAccumulator, isAccumulator } from '../accumulators.ts'
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
export function compileWindowFunction(spec: Doc, context: EvalContext, ordering: Ordering): WindowFunction {
  const window = spec.get('window')
  const entry = [...spec].find(([each]) => each.startsWith('$'))
  if (!entry) {
    const [first] = spec.keys()
    return fail(9, `Expected a $-prefixed window function${first ? `, ${first}` : ''}`)
  }
  const [name, operand] = entry
  const special = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (!special && !isWindowAccumulator(name)) fail(9, `Unrecognized window function, ${name}`)
  for (const other of spec.keys()) if (other !== name && other !== 'window') refuseArgument(name, other)
  if (special) return special(operand, { context, ordering, window }, name)
  const accumulator = compileAccumulator(name, operand, context) as CompiledAccumulator
  return accumulate(accumulator, compileWindow(window, ordering, context), context)
}

/** Accumulators that `$group` has and windows have not. */
const GROUP_ONLY = new Set(['$mergeObjects', '$accumulator'])

function isWindowAccumulator(name: string): boolean {
  return isAccumulator(name) && !GROUP_ONLY.has(name)
}

/** Functions that name themselves when they find an argument they do not know. */
const OUTSPOKEN = new Set(['$derivative', '$integral', '$first', '$last', '$median', '$percentile'])

function refuseArgument(name: string, other: string): never {
  if (name === '$expMovingAvg') fail(9, '$expMovingAvg must have exactly one argument that is an object')
  if (['$rank', '$denseRank', '$documentNumber'].includes(name)) {
    fail(5371601, 'Rank style window functions take no other arguments')
  }
  if (OUTSPOKEN.has(name) || /N$|^\$(top|bottom)$/.test(name))
    fail(9, `${name} got unexpected argument: ${other}`)
  if (isWindowAccumulator(other) || Object.hasOwn(FUNCTIONS, other)) {
    fail(9, 'Cannot specify two functions in window function spec')
  }
  return fail(9, `Window function found an unknown argument: ${other}`)
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
