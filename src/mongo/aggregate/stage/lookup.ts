import { hashKey } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { visitPath } from '../../bson/path.ts'
import { printElement } from '../../bson/print.ts'
import { BSONRegExp, isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { checkBindableName, readPath, splitPath } from '../../expression/field-path.ts'
import { typeOf } from '../../expression/missing.ts'
import type { Expression } from '../../expression/types.ts'
import { bounded } from '../../spill/bounded.ts'
import { collect, PAUSE, type Pause, type Paced } from '../../turn/pause.ts'
import { deriveContext } from '../derive-context.ts'
import { equalityHints } from '../hints.ts'
import { withValue } from '../nested.ts'
import { namesUsed } from '../names-used.ts'
import { requireDoc, requirePipeline } from '../spec.ts'
import type { CompileStage, CompileSub, PipelineContext } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'

interface Options {
  readonly from: string | undefined
  readonly as: readonly string[]
  readonly local: string[] | undefined
  readonly foreign: string | undefined
  readonly let: Doc
  readonly pipeline: Doc[] | undefined
}

const OPTIONS = ['from', 'as', 'localField', 'foreignField', 'let', 'pipeline']

function readOptions(spec: Value): Options {
  const options = requireDoc(
    spec,
    9,
    `the $lookup stage specification must be an object, but found ${typeOf(spec)}`,
  )
  const text = (name: string): string | undefined => {
    const value = options.get(name)
    if (value === undefined || typeof value === 'string') return value
    const found = printElement(name, value)
    return fail(9, `$lookup argument '${found}' must be a string, found ${found}: ${typeOf(value)}`)
  }
  const where = options.get('from')
  if (where !== undefined && typeof where !== 'string') {
    fail(9, `$lookup 'from' field must be a string, but found ${typeOf(where)}`)
  }
  for (const name of options.keys()) {
    if (!OPTIONS.includes(name)) fail(9, `unknown argument to $lookup: ${name}`)
  }
  const pipeline = options.has('pipeline') ? requirePipeline(options.get('pipeline')) : undefined
  const from = text('from')
  if (from === undefined) {
    if (!pipeline) fail(9, "must specify 'pipeline' when 'from' is empty")
    if (!pipeline[0]?.has('$documents')) {
      const words = '$lookup stage without explicit collection must have a pipeline with $documents as first'
      fail(9, `${words} stage`)
    }
  }
  const as = text('as') ?? fail(9, "must specify 'as' field for a $lookup")
  const local = text('localField')
  const foreign = text('foreignField')
  const vars = options.get('let') ?? new Map<string, Value>()
  if (!isDoc(vars)) {
    return fail(
      9,
      `$lookup argument '${printElement('let', vars)}' must be an object, is type ${typeOf(vars)}`,
    )
  }
  if (pipeline) {
    if ((local === undefined) !== (foreign === undefined)) {
      const words = "$lookup requires both or neither of 'localField' and 'foreignField' to be specified"
      fail(9, words)
    }
  } else {
    if (local === undefined || foreign === undefined) {
      fail(9, "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified")
    }
    if (options.has('let')) fail(9, "$lookup with a 'let' argument must also specify 'pipeline'")
  }
  if (foreign !== undefined) splitPath(foreign)
  return {
    from,
    as: splitPath(as),
    local: local === undefined ? undefined : splitPath(local),
    foreign,
    let: vars,
    pipeline,
  }
}

/** The values a document is joined by: those of an array one by one, null for a missing one. */
export function joinValues(doc: Doc, path: readonly string[]): Value[] {
  const value = readPath(doc, path)
  if (Array.isArray(value)) return value
  return [value ?? null]
}

/** The filter that finds what joins to these values. */
export function joinFilter(path: string, values: readonly Value[]): Doc {
  const [only] = values
  if (values.length === 1 && only !== undefined) return new Map([[path, new Map([['$eq', only]])]])
  // Within $in a regular expression would match strings rather than itself.
  const plain = values.filter((value) => !(value instanceof BSONRegExp))
  const filter: Doc = new Map([[path, new Map([['$in', plain]])]])
  if (plain.length === values.length) return filter
  const expressions = values.filter((value) => value instanceof BSONRegExp)
  const each = expressions.map((value): Doc => new Map([[path, new Map([['$eq', value]])]]))
  return new Map([['$or', [filter, ...each]]])
}

/** Finds the foreign documents of an outer one by equality. */
function compileJoin(options: Options, context: PipelineContext): (doc: Doc) => Paced<Doc> {
  const { local, foreign } = options
  const from = options.from as string
  if (!local || foreign === undefined) return () => context.read(from)
  if (context.indexed?.(from, foreign) === false) return hashJoin(local, foreign, from, context)
  return (doc) => {
    const values = joinValues(doc, local)
    return values.length === 0 ? [] : context.read(from, joinFilter(foreign, values))
  }
}

/** Reads the collection once, at the first outer document, and keeps it by the values of the path. */
function hashJoin(
  local: readonly string[],
  foreign: string,
  from: string,
  context: PipelineContext,
): (doc: Doc) => Paced<Doc> {
  const { collation } = context
  const path = foreign.split('.')
  let table: Map<string, { doc: Doc; place: number }[]> | undefined
  function* build(): Generator<Pause, NonNullable<typeof table>> {
    const keep = bounded('$lookup without an index on the foreign field')
    const made: NonNullable<typeof table> = new Map()
    let place = 0
    for (const doc of context.read(from)) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      keep(doc)
      const keys = new Set<string>()
      visitPath(doc, path, true, (value) => {
        keys.add(hashKey(value, collation))
        return false
      })
      for (const key of keys) {
        const bucket = made.get(key)
        if (bucket) bucket.push({ doc, place })
        else made.set(key, [{ doc, place }])
      }
      place++
    }
    return made
  }
  return function* find(doc) {
    table ??= yield* build()
    const keys = new Set(joinValues(doc, local).map((value) => hashKey(value, collation)))
    const [only] = keys
    if (keys.size === 1) {
      for (const { doc: each } of table.get(only as string) ?? []) yield each
      return
    }
    const found = new Map<number, Doc>()
    for (const key of keys) for (const { doc: each, place } of table.get(key) ?? []) found.set(place, each)
    for (const [, each] of [...found].sort(([left], [right]) => left - right)) yield each
  }
}

/** `$lookup`: joins another collection's documents as an array. */
export const compileLookup: CompileStage = (spec, context, sub) => {
  const options = readOptions(spec)
  const { as } = options
  const find = options.pipeline ? compilePipelineJoin(options, context, sub) : compileJoin(options, context)
  return function* lookup(source) {
    for (const doc of source) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      const joined: Doc[] = []
      yield* collect(find(doc), joined)
      yield withValue(doc, as, joined)
    }
  }
}

function compilePipelineJoin(
  options: Options,
  context: PipelineContext,
  sub: CompileSub,
): (doc: Doc) => Paced<Doc> {
  const stages = options.pipeline as Doc[]
  const bound: [name: string, value: Expression][] = [...options.let].map(([name, value]) => {
    checkBindableName(name)
    return [name, compileExpression(value, context)]
  })
  // One map for all outer documents: the pipeline is compiled once and reads its variables as it runs.
  const variables = new Map<string, Value | undefined>(context.variables)
  for (const [name] of bound) variables.set(name, undefined)
  const inner = deriveContext(context, {
    collection: options.from,
    variables: variables as ReadonlyMap<string, Value>,
  })
  const used = namesUsed(stages)
  const bind = (doc: Doc): void => {
    // The outer variables may have changed since: this pipeline may itself stand in a $lookup.
    for (const [name, value] of context.variables ?? []) variables.set(name, value)
    for (const [name, value] of bound) variables.set(name, value(doc, NO_VARIABLES))
  }
  const pipeline = sub(stages, inner, '$lookup')
  const { from, local, foreign } = options
  const correlated = local !== undefined || [...variables.keys()].some((name) => used.has(name))
  if (!correlated) return once(() => pipeline.run(readAll()))
  const hints = equalityHints(pipeline.leadingMatch, inner)
  return (doc) => {
    bind(doc)
    const conditions: Doc[] = hints()
    if (local && foreign !== undefined) {
      const values = joinValues(doc, local)
      if (values.length === 0) return []
      conditions.push(joinFilter(foreign, values))
    }
    return pipeline.run(readAll(conditions))
  }
  function readAll(conditions: Doc[] = equalityHints(pipeline.leadingMatch, inner)()): Paced<Doc> {
    if (pipeline.generates || from === undefined) return []
    if (conditions.length === 0) return context.read(from)
    return context.read(from, conditions.length === 1 ? conditions[0] : new Map([['$and', conditions]]))
  }
}

/** Reads once, at the first outer document. */
function once(read: () => Paced<Doc>): () => Generator<Doc | Pause, void> {
  let made: Doc[] | undefined
  return function* find() {
    if (!made) {
      const all: Doc[] = []
      yield* collect(read(), all)
      made = all
    }
    yield* made
  }
}
