import type { EvalContext } from '../bson/context.ts'
import { fail, MongoError } from '../bson/errors.ts'
import type { Doc, Value } from '../bson/value.ts'
import { compilePlainFilter, type Filter } from '../query/compile-filter.ts'
import type { FilterNode } from '../query/node.ts'

/** The conditions of `arrayFilters`, by identifier. */
export type ArrayFilters = ReadonlyMap<string, (element: Value) => boolean>

/**
 * Compiles the `arrayFilters` of an update.
 * @throws MongoError 9 for one without a field name, with several, or named twice; 2 for a bad name.
 */
export function compileArrayFilters(filters: readonly Doc[], context: EvalContext): ArrayFilters {
  const compiled = new Map<string, (element: Value) => boolean>()
  for (const filter of filters) {
    const parsed = parse(filter, context)
    const name = topName(parsed.node)
    if (name === undefined) fail(9, 'Cannot use an expression without a top-level field name in arrayFilters')
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
      fail(
        2,
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      )
    }
    if (compiled.has(name)) fail(9, `Found multiple array filters with the same top-level field name ${name}`)
    compiled.set(name, (element) => parsed.matches(new Map([[name, element]])))
  }
  return compiled
}

function parse(filter: Doc, context: EvalContext): Filter {
  try {
    return compilePlainFilter(filter, context)
  } catch (error) {
    const { code, message } = error as MongoError
    if (!(error instanceof MongoError)) throw error
    return fail(code, `Error parsing array filter :: caused by :: ${message}`)
  }
}

function topName(node: FilterNode): string | undefined {
  if (node.op === 'field') return node.path.split('.')[0]!
  if (!('children' in node)) return undefined
  let name: string | undefined
  for (const child of node.children) {
    const each = topName(child)
    if (name !== undefined && each !== undefined && each !== name) {
      fail(
        9,
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${name}' and '${each}'`,
      )
    }
    name ??= each
  }
  return name
}
