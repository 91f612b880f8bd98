import { addContext, fail, FoldingError } from '../bson/errors.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { integerOf } from '../expression/number.ts'
import { PAUSE, paced, type Pause, type Paced } from '../turn/pause.ts'
import { withEqualities } from './hints.ts'
import { optimise } from './optimise.ts'
import { readMerge } from './stage/merge.ts'
import { readOut } from './stage/out.ts'
import { TOP } from './stage/sort.ts'
import { SOURCES, STAGES } from './stages.ts'
import type { CompileSub, PipelineContext, Stage, SubPipeline } from './types.ts'

type Named = readonly [name: string, spec: Value]

/** Documents between two looks at the clock. */
const DEADLINE_EVERY = 64

/** Stages that may give much for one document, so that the pauses of their source are not enough. */
const LARGE = new Set(['$unwind', '$densify', '$group', '$setWindowFields', '$documents', '$bucketAuto'])

/** What the source of a run already did, as the hints told it. */
export interface Applied {
  readonly match?: boolean
  readonly sort?: boolean
}

export interface Pipeline {
  /** The filter the pipeline begins with. A source may apply it and say so. */
  readonly leadingMatch?: Doc | undefined
  /** The order the documents are wanted in after that filter. */
  readonly leadingSort?: Doc | undefined
  /** How many documents are wanted after that filter and order. */
  readonly leadingLimit?: number | undefined
  /** Whether the pipeline makes its own documents, so that no source is read. */
  readonly generates: boolean
  /** The result, lazily; for a pipeline that writes, what it would write. */
  run(source: Paced<Doc>, applied?: Applied): Paced<Doc>
  /** For `$out` and `$merge`: writes what comes of the source. */
  readonly writes: false | ((source: Paced<Doc>, applied?: Applied) => Promise<void>)
}

/**
 * Compiles an aggregation pipeline.
 *
 * @param stages the documents of the command's `pipeline`
 * @param context what the store lends: other collections, the writer, the clock
 * @throws MongoError as mongod would: 40323, 40324 unknown stage, 40601 `$out` not last, 168, 17276, ...; 115 for what
 *   the embedded store refuses
 */
export function compilePipeline(stages: readonly Doc[], context: PipelineContext): Pipeline {
  try {
    return compileWhole(stages, context)
  } catch (error) {
    throw error instanceof FoldingError ? addContext(error, 'Failed to optimize pipeline') : error
  }
}

function compileWhole(stages: readonly Doc[], context: PipelineContext): Pipeline {
  const named = stages.map(readStage)
  checkPlaces(named)
  const last = named.at(-1)
  const writing = last && (last[0] === '$out' || last[0] === '$merge') ? last : undefined
  const write = writing && compileWrite(writing, context)
  const body = compileBody(writing ? named.slice(0, -1) : named, context)
  return {
    ...body,
    leadingMatch: withEqualities(body.leadingMatch, context),
    writes: write ? (source, applied) => write(body.run(source, applied)) : false,
  }
}

/** How deep pipelines may stand within each other. */
const DEEPEST = 20

const compileSub: CompileSub = (stages, context, within): SubPipeline => {
  if ((context.depth ?? 0) > DEEPEST) {
    fail(232, `Maximum number of nested sub-pipelines exceeded. Limit is ${DEEPEST}`)
  }
  const named = stages.map(readStage)
  checkPlaces(named)
  for (const [name] of named) {
    if (name === '$out' || name === '$merge') {
      const code = within === '$unionWith' ? 31441 : 51047
      fail(code, `${name} is not allowed within a ${within}'s sub-pipeline`)
    }
  }
  return compileBody(named, context)
}

function readStage(stage: Doc): Named {
  if (!isDoc(stage)) return fail(14, "Each element of the 'pipeline' array must be an object")
  const [entry] = stage
  if (stage.size !== 1 || !entry) {
    return fail(40323, 'A pipeline stage specification object must contain exactly one field.')
  }
  const [name] = entry
  const known = name === '$out' || name === '$merge' || (name !== TOP && Object.hasOwn(STAGES, name))
  if (!known) fail(40324, `Unrecognized pipeline stage name: '${name}'`)
  return entry
}

function checkPlaces(stages: readonly Named[]): void {
  for (const [index, [name]] of stages.entries()) {
    if (SOURCES.has(name) && index > 0) {
      fail(40602, `${name} is only valid as the first stage in a pipeline`)
    }
    if ((name === '$out' || name === '$merge') && index < stages.length - 1) {
      fail(40601, `${name} can only be the final stage in the pipeline`)
    }
  }
}

interface Body {
  readonly leadingMatch?: Doc | undefined
  readonly leadingSort?: Doc | undefined
  readonly leadingLimit?: number | undefined
  readonly generates: boolean
  run(source: Paced<Doc>, applied?: Applied): Paced<Doc>
}

function compileBody(named: readonly Named[], context: PipelineContext): Body {
  // Compiled as written first, so that an error is the one of the first stage that has one.
  const compiled = new Map(named.map((one) => [one, compileOne(one, context)]))
  const order = optimise(named)
  // What stays as it was is not compiled again, or pipelines in each other would be for every level above them.
  const stages = order.map((one) => {
    const known = compiled.get(one)
    compiled.delete(one)
    return known ?? compileOne(one, context)
  })
  const hints = readHints(order)
  return {
    ...hints,
    generates: named[0] !== undefined && SOURCES.has(named[0][0]),
    run(source, applied = {}) {
      let docs = watched(source, context)
      for (const [index, stage] of stages.entries()) {
        if (applied.match && hints.leadingMatch && index === 0) continue
        if (applied.sort && hints.leadingSort && index === (hints.leadingMatch ? 1 : 0)) {
          if (hints.leadingLimit !== undefined) docs = take(docs, hints.leadingLimit)
        } else {
          docs = stage.run(docs)
          if (LARGE.has(stage.name)) docs = paced(docs, context.isOver)
        }
      }
      return docs
    },
  }
}

function compileOne([name, spec]: Named, context: PipelineContext): Stage {
  const compile = STAGES[name] as (typeof STAGES)[string]
  return { name, run: compile(spec, context, compileSub) }
}

/** What the store may do itself: a filter, then an order, then a limit. */
function readHints(order: readonly Named[]): Pick<Body, 'leadingMatch' | 'leadingSort' | 'leadingLimit'> {
  let index = 0
  let leadingMatch: Doc | undefined
  let leadingSort: Doc | undefined
  let leadingLimit: number | undefined
  const first = order[index]
  if (first?.[0] === '$match') {
    leadingMatch = first[1] as Doc
    index++
  }
  const second = order[index]
  if (second?.[0] === '$sort') leadingSort = second[1] as Doc
  else if (second?.[0] === TOP) {
    leadingSort = (second[1] as Doc).get('sort') as Doc
    leadingLimit = Number((second[1] as Doc).get('limit'))
  } else if (second?.[0] === '$limit') leadingLimit = Number(integerOf(second[1]))
  return { leadingMatch, leadingSort, leadingLimit }
}

function* take(source: Paced<Doc>, most: number): Generator<Doc | Pause> {
  let count = 0
  for (const doc of source) {
    yield doc
    if (doc !== PAUSE && ++count >= most) return
  }
}

/** Looks at the clock now and then, so that no stage needs to. */
function watched(source: Paced<Doc>, { deadline }: PipelineContext): Paced<Doc> {
  if (!deadline) return source
  const check = deadline
  return (function* watch() {
    let count = 0
    for (const doc of source) {
      if (count++ % DEADLINE_EVERY === 0) check()
      yield doc
    }
  })()
}

function compileWrite([name, spec]: Named, context: PipelineContext): (docs: Paced<Doc>) => Promise<void> {
  const { write } = context
  if (!write) return fail(115, `${name} is not supported here by the embedded store; use a MongoDB server`)
  if (name === '$out') {
    const { db, collection } = readOut(spec, context)
    return (docs) => write.out(db, collection, docs)
  }
  const merge = readMerge(spec, context, compileSub, write.checkTarget)
  return (docs) => write.merge(merge, docs)
}
