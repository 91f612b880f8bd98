import type { EvalContext } from '../../bson/context.ts'
import { hashKey } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { sizeOf } from '../../bson/size.ts'
import { isDoc, isNumber } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { MEMORY_LIMIT, SPILL_AT } from '../../spill/spill-file.ts'
import { PAUSE, paced, type Pause, type Paced } from '../../turn/pause.ts'
import type { Accumulator } from '../../expression/accumulate/accumulator.ts'
import { compileExpression } from '../../expression/compile.ts'
import { compileAccumulator } from '../accumulators.ts'
import type { CompiledAccumulator } from '../accumulators.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'
import { Partitions } from './partitions.ts'

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

/** @returns by how many bytes the group has grown */
export function addToGroup(group: Group, fields: readonly AccumulatedField[], doc: Doc): number {
  let grown = 0
  for (const [index, [, { input }]] of fields.entries()) {
    const accumulator = group.accumulators[index] as Accumulator
    const value = input(doc, NO_VARIABLES)
    accumulator.add(value)
    if (accumulator.grows) grown += sizeOf(value)
  }
  return grown
}

export function closeGroup(group: Group, fields: readonly AccumulatedField[]): Doc {
  const made: Doc = new Map([['_id', group.id]])
  for (const [index, [name]] of fields.entries()) {
    made.set(name, (group.accumulators[index] as Accumulator).result())
  }
  return made
}

/**
 * What a document is grouped by. In a document of one field, as in an expression alone, missing counts as null; in one
 * of more it does not.
 */
function compileGroupId(spec: Value, context: EvalContext): (doc: Doc) => Value {
  const expression = compileExpression(spec, context)
  const id = (doc: Doc): Value => expression(doc, NO_VARIABLES) ?? null
  if (!isDoc(spec)) return id
  const [[name, first] = ['', null], ...more] = [...spec]
  if (name.startsWith('$')) return id
  for (const value of spec.values()) {
    if (isNumber(value) || typeof value === 'boolean') {
      fail(17390, '$group does not support inclusion-style expressions')
    }
  }
  if (spec.size === 0 || more.length > 0) return id
  const only = compileExpression(first, context)
  return (doc) => new Map([[name, only(doc, NO_VARIABLES) ?? null]])
}

/** What a group takes beside its key, in bytes: its place in a table and its accumulators. */
const GROUP_BYTES = 64

/**
 * `$group`: groups come out in the order their first documents came in. Those that do not fit in memory wait in files
 * and come out later.
 */
export const compileGroup: CompileStage = (spec, context) => {
  const options = requireDoc(spec, 15947, "a group's fields must be specified in an object")
  const idSpec = options.get('_id')
  if (idSpec === undefined) return fail(15955, 'a group specification must include an _id')
  const id = compileGroupId(idSpec, context)
  const fields = compileFields(
    [...options].filter(([name]) => name !== '_id'),
    context,
  )
  const { collation, isOver, spill } = context

  function* group(source: Paced<Doc>, depth: number): Generator<Doc | Pause, void> {
    const groups = new Map<string, Group>()
    let bytes = 0
    let aside: Partitions | undefined
    try {
      for (const doc of source) {
        if (doc === PAUSE) {
          yield PAUSE
          continue
        }
        const value = id(doc)
        const key = hashKey(value, collation)
        let found = groups.get(key)
        if (!found && aside) {
          aside.add(key, doc)
          continue
        }
        if (!found) {
          found = openGroup(value, fields)
          groups.set(key, found)
          bytes += key.length + sizeOf(value) + GROUP_BYTES * (1 + fields.length)
        }
        bytes += addToGroup(found, fields, doc)
        if (spill && bytes > SPILL_AT) aside ??= new Partitions(spill, depth)
        if (bytes > MEMORY_LIMIT) refuseMemory(spill !== undefined)
      }
      for (const found of groups.values()) yield closeGroup(found, fields)
      groups.clear()
      for (const part of aside?.parts() ?? []) yield* group(paced(part, isOver), depth + 1)
    } finally {
      aside?.close()
    }
  }

  return (source) => group(source, 0)
}

function refuseMemory(mayUseDisk: boolean): never {
  if (mayUseDisk) {
    return fail(
      146,
      `$group gathers more than ${MEMORY_LIMIT} bytes in accumulators such as $push, which cannot go to the disk`,
    )
  }
  return fail(
    292,
    `Exceeded memory limit for $group, but didn't allow external sort. Pass allowDiskUse:true to opt in.`,
  )
}
