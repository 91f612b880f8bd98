import type { EvalContext } from '../../bson/context.ts'
import { hashKey } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import type { Accumulator } from '../../expression/accumulate/accumulator.ts'
import { compileExpression } from '../../expression/compile.ts'
import { compileAccumulator } from '../accumulators.ts'
import type { CompiledAccumulator } from '../accumulators.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'

export type AccumulatedField = readonly [name: string, accumulator: CompiledAccumulator]

/** Compiles `{total: {$sum: '$x'}, ...}`. */
export function compileFields(fields: Iterable<[string, Value]>, context: EvalContext): AccumulatedField[] {
  return Array.from(fields, ([name, value]) => {
    if (name.includes('.')) fail(40235, `The field name '${name}' cannot contain '.'`)
    if (name.startsWith('$')) fail(40236, `The field name '${name}' cannot be an operator name`)
    if (!isDoc(value) || value.size === 0) fail(40234, `The field '${name}' must be an accumulator object`)
    if (value.size !== 1) fail(40238, `The field '${name}' must specify one accumulator`)
    const [[operator, operand]] = value as unknown as [[string, Value]]
    if (!operator.startsWith('$')) fail(40234, `The field '${name}' must be an accumulator object`)
    const compiled = compileAccumulator(operator, operand, context)
    return [name, compiled ?? fail(15952, `unknown group operator '${operator}'`)]
  })
}

interface Group {
  readonly id: Value
  readonly accumulators: readonly Accumulator[]
}

/** Opens the accumulators of one group. */
export function openGroup(id: Value, fields: readonly AccumulatedField[]): Group {
  const group: Doc = isDoc(id) ? id : new Map()
  return { id, accumulators: fields.map(([, { start }]) => start(group)) }
}

export function addToGroup(group: Group, fields: readonly AccumulatedField[], doc: Doc): void {
  for (const [index, [, { input }]] of fields.entries()) {
    group.accumulators[index]?.add(input(doc, NO_VARIABLES))
  }
}

export function closeGroup(group: Group, fields: readonly AccumulatedField[]): Doc {
  const made: Doc = new Map([['_id', group.id]])
  for (const [index, [name]] of fields.entries()) {
    made.set(name, (group.accumulators[index] as Accumulator).result())
  }
  return made
}

/** `$group`: groups come out in the order their first documents came in. */
export const compileGroup: CompileStage = (spec, context) => {
  const options = requireDoc(spec, 15947, "a group's fields must be specified in an object")
  const idSpec = options.get('_id')
  if (idSpec === undefined) return fail(15955, 'a group specification must include an _id')
  const id = compileExpression(idSpec, context)
  const fields = compileFields(
    [...options].filter(([name]) => name !== '_id'),
    context,
  )
  const { collation } = context
  return function* group(source) {
    const groups = new Map<string, Group>()
    for (const doc of source) {
      const value = id(doc, NO_VARIABLES) ?? null
      const key = hashKey(value, collation)
      let found = groups.get(key)
      if (!found) {
        found = openGroup(value, fields)
        groups.set(key, found)
      }
      addToGroup(found, fields, doc)
    }
    for (const found of groups.values()) yield closeGroup(found, fields)
  }
}
