import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { checkBindableName } from '../../expression/field-path.ts'
import { compileExpression } from '../../expression/compile.ts'
import { isNullish, typeOf } from '../../expression/missing.ts'
import type { Expression } from '../../expression/types.ts'
import { firstOf } from '../../turn/pause.ts'
import { deriveContext } from '../derive-context.ts'
import { requirePipeline } from '../spec.ts'
import type { CompileSub, MergeSpec, MergeTarget, PipelineContext } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'
import { checkWritten } from './check-written.ts'

/**
 * Checks `$merge`.
 *
 * @param checkTarget refuses fields of `on` that do not name one document of the target
 */
export function readMerge(
  spec: Value,
  context: PipelineContext,
  sub: CompileSub,
  checkTarget: (target: MergeTarget) => void,
): MergeSpec {
  const fields = readFields(spec)
  const { whenMatched, whenNotMatched } = fields
  if (!isSupported(whenMatched, whenNotMatched)) {
    const modes = `'whenMatched: ${whenMatched as string}' and 'whenNotMatched: ${whenNotMatched}'`
    fail(51181, `Combination of $merge modes ${modes} is not supported`)
  }
  const { db = context.db, collection } = fields.into
  const target = { db, collection, on: distinct(fields.on) }
  checkTarget(target)
  checkWritten('$merge', db, collection)
  if (Array.isArray(whenMatched)) {
    const update = compileUpdate(whenMatched, fields.let ?? new Map(), context, sub)
    return { ...target, whenMatched: 'pipeline', whenNotMatched, update }
  }
  if (fields.let) fail(51199, `Cannot use 'let' variables with 'whenMatched: ${whenMatched}' mode`)
  return { ...target, whenMatched, whenNotMatched }
}

interface Into {
  /** The one of the pipeline unless told otherwise. */
  readonly db?: string | undefined
  readonly collection: string
}

type WhenMatched = Exclude<MergeSpec['whenMatched'], 'pipeline'> | Doc[]

interface Fields {
  into: Into
  on: readonly string[]
  let?: Doc
  whenMatched: WhenMatched
  whenNotMatched: MergeSpec['whenNotMatched']
}

const DEFAULTS: Omit<Fields, 'into'> = { on: ['_id'], whenMatched: 'merge', whenNotMatched: 'insert' }

/** Reads the fields in the order they stand in, as a server does: the first that is wrong is told. */
function readFields(spec: Value): Fields {
  if (typeof spec === 'string') return { ...DEFAULTS, into: { collection: spec } }
  if (!isDoc(spec)) {
    return fail(14, `$merge requires a string or object argument, but found ${typeOf(spec)}`)
  }
  const fields: Omit<Fields, 'into'> & Partial<Fields> = { ...DEFAULTS }
  for (const [name, value] of spec) {
    switch (name) {
      case 'into':
        fields.into = readInto(value)
        break
      case 'on':
        fields.on = readOn(value)
        break
      case 'let':
        if (isDoc(value)) fields.let = value
        else if (!isNullish(value)) refuseType('$merge.let', value, 'object')
        break
      case 'whenMatched':
        fields.whenMatched = readWhenMatched(value)
        break
      case 'whenNotMatched':
        if (!isNullish(value)) fields.whenNotMatched = readWhenNotMatched(value)
        break
      default:
        fail(40415, `BSON field '$merge.${name}' is an unknown field.`)
    }
  }
  const { into } = fields
  if (!into) return fail(40414, "BSON field '$merge.into' is missing but a required field")
  return { ...fields, into }
}

function refuseType(field: string, value: Value, expected: string): never {
  return fail(14, `BSON field '${field}' is the wrong type '${typeOf(value)}', expected type '${expected}'`)
}

function readInto(into: Value): Into {
  if (typeof into === 'string') {
    if (into === '') fail(5786800, "$merge 'into' field cannot be an empty string")
    return { collection: into }
  }
  if (!isDoc(into)) {
    return fail(51178, `$merge 'into' field  must be either a string or an object, but found ${typeOf(into)}`)
  }
  const names: { db?: string; coll?: string } = {}
  for (const [name, value] of into) {
    if (name !== 'db' && name !== 'coll') fail(40415, `BSON field 'into.${name}' is an unknown field.`)
    if (typeof value === 'string') names[name] = value
    else if (!isNullish(value)) refuseType(`into.${name}`, value, 'string')
  }
  if (!names.coll) {
    return fail(5786801, "$merge 'into' field must specify a 'coll' that is not empty, null or undefined")
  }
  return { db: names.db, collection: names.coll }
}

function readOn(on: Value): string[] {
  if (typeof on === 'string') return [on]
  if (!Array.isArray(on)) {
    return fail(
      51186,
      `$merge 'on' field  must be either a string or an array of strings, but found ${typeOf(on)}`,
    )
  }
  const names = on.map((name) =>
    typeof name === 'string'
      ? name
      : fail(51134, `$merge 'on' array elements must be strings, but found ${typeOf(name)}`),
  )
  if (names.length === 0) fail(51187, "If explicitly specifying $merge 'on', must include at least one field")
  return names
}

function distinct(names: readonly string[]): readonly string[] {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) fail(31465, `Found a duplicate field '${name}'`)
  }
  return names
}

const MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const
const NOT_MATCHED = ['insert', 'discard', 'fail'] as const

function readWhenMatched(value: Value): WhenMatched {
  if (Array.isArray(value)) return requirePipeline(value)
  if (typeof value !== 'string') {
    return fail(
      51191,
      `$merge 'whenMatched' field  must be either a string or an array, but found ${typeOf(value)}`,
    )
  }
  return MATCHED.find((each) => each === value) ?? refuseEnum('whenMatched', value)
}

function readWhenNotMatched(value: Value): MergeSpec['whenNotMatched'] {
  if (typeof value !== 'string') return refuseType('$merge.whenNotMatched', value, 'string')
  return NOT_MATCHED.find((each) => each === value) ?? refuseEnum('$merge.whenNotMatched', value)
}

function refuseEnum(field: string, value: string): never {
  return fail(2, `Enumeration value '${value}' for field '${field}' is not a valid value.`)
}

/** What is kept or refused when it is there already can only be inserted when it is not. */
function isSupported(whenMatched: WhenMatched, whenNotMatched: MergeSpec['whenNotMatched']): boolean {
  return whenNotMatched === 'insert' || (whenMatched !== 'keepExisting' && whenMatched !== 'fail')
}

/** Stages that an update may hold. */
const UPDATING = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'])

function compileUpdate(
  pipeline: readonly Doc[],
  vars: Doc,
  context: PipelineContext,
  sub: CompileSub,
): (target: Doc, incoming: Doc) => Doc {
  for (const stage of pipeline) {
    for (const name of stage.keys()) {
      if (!UPDATING.has(name)) fail(72, `${name} is not allowed to be used within an update`)
    }
  }
  if ((vars.get('new') ?? '$$ROOT') !== '$$ROOT') {
    fail(51273, "'let' may not define a value for the reserved 'new' variable other than '$$ROOT'")
  }
  const bound: [name: string, value: Expression][] = [...vars].map(([name, value]) => {
    checkBindableName(name)
    return [name, compileExpression(value, context)]
  })
  const variables = new Map<string, Value>(context.variables)
  variables.set('new', null)
  for (const [name] of bound) variables.set(name, null)
  const compiled = sub(pipeline, deriveContext(context, { variables }), '$merge')
  return (target, incoming) => {
    variables.set('new', incoming)
    for (const [name, value] of bound) variables.set(name, value(incoming, NO_VARIABLES) as Value)
    return firstOf(compiled.run([target])) ?? target
  }
}
