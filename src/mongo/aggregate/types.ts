import type { EvalContext } from '../bson/context.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { Paced } from '../turn/pause.ts'

/** What a pipeline needs from the store around it. */
export interface PipelineContext extends EvalContext {
  readonly db: string
  /** Undefined for `{aggregate: 1}`, a pipeline over no collection. */
  readonly collection: string | undefined
  /**
   * The documents of another collection of the database that a filter matches, all without one. The store answers
   * from an index where it can, and resolves views.
   */
  read(collection: string, filter?: Doc): Paced<Doc>
  /**
   * Whether an index can answer equality on a path. When it says no, `$lookup` reads the collection once and keeps it
   * hashed instead of asking for each document; when it is not given, every document asks.
   */
  readonly indexed?: ((collection: string, path: string) => boolean) | undefined
  /** How many pipelines this one stands within. */
  readonly depth?: number
  /** Given by the store where `$out` and `$merge` may write. */
  readonly write?: PipelineWriter | undefined
  /** `$collStats`, `$indexStats`, `$currentOp` and their like: what the store tells of itself. */
  readonly info?: ((stage: string, spec: Value) => Iterable<Doc>) | undefined
}

export interface PipelineWriter {
  /** Replaces a collection by the documents. */
  out(db: string, collection: string, docs: Paced<Doc>): Promise<void>
  /** @throws MongoError 51183 when nothing makes the fields of `on` name one document */
  checkTarget(target: MergeTarget): void
  /** Merges the documents into a collection. */
  merge(spec: MergeSpec, docs: Paced<Doc>): Promise<void>
}

/** Where `$merge` writes, and what it goes by. */
export interface MergeTarget {
  readonly db: string
  readonly collection: string
  /** Fields that identify a document, `['_id']` unless told otherwise. */
  readonly on: readonly string[]
}

/** A checked `$merge`. */
export interface MergeSpec extends MergeTarget {
  readonly whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | 'pipeline'
  readonly whenNotMatched: 'insert' | 'discard' | 'fail'
  /** For `whenMatched: pipeline`: the target document changed by the incoming one (`$$new`). */
  readonly update?: (target: Doc, incoming: Doc) => Doc
}

/** One compiled stage: every pause of its source is one of its own. */
export interface Stage {
  readonly name: string
  run(source: Paced<Doc>): Paced<Doc>
}

/** Compiles the pipeline below the stage `within`: `$lookup`, `$facet`, `$unionWith`. */
export type CompileSub = (stages: readonly Doc[], context: PipelineContext, within: string) => SubPipeline

export interface SubPipeline {
  /** The filter the pipeline begins with, for the store. */
  readonly leadingMatch?: Doc | undefined
  /** Whether the pipeline makes its own documents and reads none. */
  readonly generates: boolean
  run(source: Paced<Doc>): Paced<Doc>
}

/** Compiles the value of a stage. */
export type CompileStage = (spec: Value, context: PipelineContext, sub: CompileSub) => Stage['run']
