import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import { printDoc, printElement } from '../bson/print.ts'
import { typeName } from '../bson/type.ts'
import { type Doc, isDoc, ObjectId } from '../bson/value.ts'
import type { Filter } from '../query/compile-filter.ts'
import { applyTree } from './apply-tree.ts'
import { type ArrayFilters, compileArrayFilters } from './array-filters.ts'
import { checkId } from './check-id.ts'
import { updateOperators } from './operators.ts'
import { rename } from './rename.ts'
import { checkReplacement, fillTimestamps, replaceDoc } from './replacement.ts'
import { addLeaf, makeRoot, type ObjectNode, sortChildren } from './tree.ts'

/** A compiled update. */
export interface Updater {
  /** Whether the whole document is replaced: not allowed with `multi`, and an upsert takes only _id from its filter. */
  readonly replacement: boolean
  /**
   * The document after the update; the same object when nothing changes. With `upsert`, `doc` is what `upsertBase`
   * gave, $setOnInsert applies, and the outcome always has an _id, as its first field.
   */
  apply(doc: Doc, how: { readonly upsert: boolean }): Doc
}

export interface UpdateOptions {
  readonly context: EvalContext
  readonly arrayFilters?: readonly Doc[] | undefined
  /** The query's, which tells what the positional `$` stands for. */
  readonly filter?: Filter | undefined
  /** Compiles the stages of a pipeline update. */
  readonly pipeline?: ((stages: readonly Doc[]) => (doc: Doc) => Doc) | undefined
  readonly multi?: boolean | undefined
}

const pipelineStages = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'])

/**
 * Compiles an update: operators, a replacement or a pipeline.
 * @throws MongoError with the code and words of a server: 9 unknown or malformed operator, 40 conflicting paths,
 *   56 empty path, 52 dollar field, 2, 14 and so on. Applying throws 28, 66, 53, 2, 14.
 */
export function compileUpdate(update: Doc | readonly Doc[], options: UpdateOptions): Updater {
  const filters = compileArrayFilters(options.arrayFilters ?? [], options.context)
  if (!(update instanceof Map)) return compilePipelineUpdate(update, filters, options)
  const [first] = update.keys()
  if (first?.startsWith('$')) return compileOperators(update, filters, options)
  return compileReplacement(update, filters, options)
}

function compileReplacement(update: Doc, filters: ArrayFilters, { context, multi }: UpdateOptions): Updater {
  if (multi) fail(9, 'multi update is not supported for replacement-style update')
  if (filters.size > 0) fail(9, 'arrayFilters may not be specified for replacement-style updates')
  checkReplacement(update)
  const filled = fillTimestamps(update, context.now)
  return {
    replacement: true,
    apply: (doc, { upsert }) => finish(doc, replaceDoc(doc, filled), upsert),
  }
}

function compilePipelineUpdate(
  stages: readonly Doc[],
  filters: ArrayFilters,
  { pipeline }: UpdateOptions,
): Updater {
  if (filters.size > 0) fail(9, 'arrayFilters may not be specified for pipeline-style updates')
  for (const stage of stages) {
    const [name] = stage.keys()
    if (stage.size !== 1) {
      fail(40323, 'A pipeline stage specification object must contain exactly one field.')
    }
    if (!pipelineStages.has(name!)) fail(72, `${name} is not allowed to be used within an update`)
  }
  if (!pipeline) fail(1, 'no pipeline given for a pipeline-style update')
  const run = pipeline(stages)
  return {
    replacement: false,
    apply: (doc, { upsert }) => finish(doc, replaceDoc(doc, run(doc)), upsert),
  }
}

function compileOperators(update: Doc, filters: ArrayFilters, { context, filter }: UpdateOptions): Updater {
  const root = makeRoot()
  const used = new Set<string>()
  const positional = parseOperators(update, root, filters, used, context)
  for (const name of filters.keys()) {
    if (!used.has(name)) {
      fail(9, `The array filter for identifier '${name}' was not used in the update ${printDoc(update)}`)
    }
  }
  sortChildren(root)
  return {
    replacement: false,
    apply: (doc, { upsert }) => {
      const position = positional && !upsert ? filter?.arrayIndexFor(doc) : undefined
      return finish(doc, applyTree(root, doc, filters, upsert, position), upsert)
    },
  }
}

function parseOperators(
  update: Doc,
  root: ObjectNode,
  filters: ArrayFilters,
  used: Set<string>,
  context: EvalContext,
): boolean {
  let positional = false
  for (const [name, fields] of update) {
    const make = updateOperators.get(name)
    if (!make && name !== '$rename') {
      fail(
        9,
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      )
    }
    if (!isDoc(fields)) {
      fail(
        9,
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${printElement(name, fields)}}`,
      )
    }
    for (const [path, operand] of fields) {
      if (make) addLeaf(root, path, make(operand, path, context), filters, used)
      else {
        const { to, modifier } = rename(operand, path)
        addLeaf(root, path, undefined, filters, used)
        addLeaf(root, to, modifier, filters, used)
      }
      positional ||= path.split('.').includes('$')
    }
  }
  return positional
}

// _id comes first in every stored document; an upsert without one gets a new one.
function finish(before: Doc, after: Doc, upsert: boolean): Doc {
  if (after === before && !upsert) return before
  if (!after.has('_id')) return upsert ? new Map([['_id', new ObjectId()], ...after]) : after
  if (after.get('_id') !== before.get('_id') || upsert) checkId(after)
  if (after.keys().next().value === '_id') return after
  return new Map([['_id', after.get('_id')!], ...after])
}
