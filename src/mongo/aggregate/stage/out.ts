import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { typeOf } from '../../expression/missing.ts'
import { checkBindableName } from '../../expression/field-path.ts'
import { compileExpression } from '../../expression/compile.ts'
import { printValue } from '../../expression/print.ts'
import type { Expression } from '../../expression/types.ts'
import { firstOf } from '../../turn/pause.ts'
import { deriveContext } from '../derive-context.ts'
import { requirePipeline } from '../spec.ts'
import type { CompileSub, MergeSpec, PipelineContext } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'

/** Where `$out` writes. */
export function readOut(spec: Value, context: PipelineContext): { db: string; collection: string } {
  if (typeof spec === 'string') return { db: context.db, collection: spec }
  if (!isDoc(spec)) {
    return fail(16990, `$out only supports a string or object argument, but found ${typeOf(spec)}`)
  }
  const db = spec.get('db')
  const collection = spec.get('coll')
  for (const name of spec.keys()) {
    if (name === 'timeseries')
      fail(115, 'time series collections are not supported by the embedded store; use a MongoDB server')
    if (name !== 'db' && name !== 'coll') fail(40415, `BSON field '$out.${name}' is an unknown field.`)
  }
  if (typeof db !== 'string' || typeof collection !== 'string') {
    return fail(16994, "If an object is passed to $out it must have exactly 2 fields: 'db' and 'coll'.")
  }
  return { db, collection }
}

const MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const
const NOT_MATCHED = ['insert', 'discard', 'fail'] as const

/** Checks `$merge`. */
export function readMerge(spec: Value, context: PipelineContext, sub: CompileSub): MergeSpec {
  if (typeof spec === 'string') {
    const collection = spec
    return { db: context.db, collection, on: ['_id'], whenMatched: 'merge', whenNotMatched: 'insert' }
  }
  if (!isDoc(spec)) {
    return fail(51182, `$merge requires a string or object argument, but found ${typeOf(spec)}`)
  }
  for (const name of spec.keys()) {
    if (!['into', 'on', 'let', 'whenMatched', 'whenNotMatched'].includes(name)) {
      fail(40415, `BSON field '$merge.${name}' is an unknown field.`)
    }
  }
  const whenMatched = spec.get('whenMatched') ?? 'merge'
  const whenNotMatched = NOT_MATCHED.find((each) => each === (spec.get('whenNotMatched') ?? 'insert'))
  if (!whenNotMatched) {
    fail(
      2,
      `Enumeration value '${printValue(spec.get('whenNotMatched'))}' for field '$merge.whenNotMatched' is not a valid value.`,
    )
  }
  const target = { ...readInto(spec.get('into'), context), on: readOn(spec.get('on')), whenNotMatched }
  if (Array.isArray(whenMatched)) {
    const update = compileUpdate(whenMatched, spec.get('let'), context, sub)
    return { ...target, whenMatched: 'pipeline', update }
  }
  if (spec.has('let')) fail(51199, "Cannot use 'let' variables with 'whenMatched: ...' other than a pipeline")
  const action = MATCHED.find((each) => each === whenMatched)
  if (!action) {
    return fail(
      2,
      `Enumeration value '${printValue(whenMatched)}' for field '$merge.whenMatched' is not a valid value.`,
    )
  }
  if (action !== 'replace' && action !== 'merge' && action !== 'keepExisting' && whenNotMatched === 'fail') {
    fail(
      51181,
      `Combination of $merge modes 'whenMatched: ${action}' and 'whenNotMatched: fail' is not supported`,
    )
  }
  return { ...target, whenMatched: action }
}

function readInto(into: Value | undefined, context: PipelineContext): { db: string; collection: string } {
  if (into === undefined) return fail(40414, "BSON field '$merge.into' is missing but a required field")
  if (typeof into === 'string') return { db: context.db, collection: into }
  const db = isDoc(into) ? (into.get('db') ?? context.db) : undefined
  const collection = isDoc(into) ? into.get('coll') : undefined
  if (typeof db === 'string' && typeof collection === 'string') return { db, collection }
  return fail(51178, "$merge 'into' field must specify a 'coll' that is not empty, null or undefined")
}

function readOn(on: Value | undefined): string[] {
  if (on === undefined) return ['_id']
  if (typeof on === 'string') return [on]
  if (!Array.isArray(on)) {
    return fail(
      51186,
      `$merge 'on' field must be either a string or an array of strings, but found ${typeOf(on)}`,
    )
  }
  if (on.length === 0) fail(51187, "If explicitly specifying $merge 'on', must include at least one field")
  return on.map((name) =>
    typeof name === 'string'
      ? name
      : fail(51134, `$merge 'on' array elements must be strings, but found ${typeOf(name)}`),
  )
}

/** Stages that an update may hold. */
const UPDATING = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'])

function compileUpdate(
  stages: Value,
  letSpec: Value | undefined,
  context: PipelineContext,
  sub: CompileSub,
): (target: Doc, incoming: Doc) => Doc {
  const pipeline = requirePipeline(stages, "'whenMatched'")
  for (const stage of pipeline) {
    for (const name of stage.keys()) {
      if (!UPDATING.has(name)) fail(72, `${name} is not allowed to be used within an update`)
    }
  }
  const vars = isDoc(letSpec) ? letSpec : new Map<string, Value>()
  const bound: [name: string, value: Expression][] = [...vars].map(([name, value]) => {
    checkBindableName(name)
    return [name, compileExpression(value, context)]
  })
  const variables = new Map<string, Value>(context.variables)
  variables.set('new', null)
  for (const [name] of bound) variables.set(name, null)
  const compiled = sub(pipeline, deriveContext(context, { variables }))
  return (target, incoming) => {
    // A `let` that is given hides $$new unless it says so itself.
    variables.set('new', incoming)
    for (const [name, value] of bound) variables.set(name, value(incoming, NO_VARIABLES) as Value)
    return firstOf(compiled.run([target])) ?? target
  }
}
