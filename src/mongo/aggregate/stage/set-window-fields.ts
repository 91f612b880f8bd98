import { compareValues, hashKey } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { splitPath } from '../../expression/field-path.ts'
import { valueOf } from '../../expression/constant.ts'
import { typeOf } from '../../expression/missing.ts'
import { compileSortPattern } from '../../expression/sort-pattern.ts'
import { bounded } from '../../spill/bounded.ts'
import { PAUSE } from '../../turn/pause.ts'
import { withValue } from '../nested.ts'
import { overlaps } from '../paths.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'
import { compileWindowFunction } from '../window/functions.ts'
import type { Ordering } from '../window/window.ts'

const OPTIONS = ['partitionBy', 'sortBy', 'output']

function refuseArray(): never {
  return fail(14, 'An expression used to partition cannot evaluate to value of type array')
}

/** `$setWindowFields`: fields computed from a document's neighbours in the order of its partition. */
export const compileSetWindowFields: CompileStage = (spec, context) => {
  const words = `the $setWindowFields stage specification must be an object, found ${typeOf(spec)}`
  const options = requireDoc(spec, 9, words)
  for (const name of options.keys()) {
    if (!OPTIONS.includes(name)) fail(40415, `BSON field '$setWindowFields.${name}' is an unknown field.`)
  }
  const output = options.get('output')
  if (!isDoc(output)) {
    return fail(40414, "BSON field '$setWindowFields.output' is missing but a required field")
  }
  const sortBy = options.get('sortBy')
  if (sortBy !== undefined && !isDoc(sortBy)) {
    const found = typeOf(sortBy)
    return fail(
      14,
      `BSON field '$setWindowFields.sortBy' is the wrong type '${found}', expected type 'object'`,
    )
  }
  const { collation } = context
  const pattern = sortBy && sortBy.size > 0 ? compileSortPattern(sortBy, collation) : undefined
  const ordering: Ordering = {
    fields: pattern?.paths.length ?? 0,
    ascending: [...(sortBy?.values() ?? [])].every((direction) => compareValues(direction, 0) > 0),
  }
  const partitionBy = compileExpression(options.get('partitionBy') ?? null, context)
  if (partitionBy.constant && Array.isArray(valueOf(partitionBy))) refuseArray()
  const paths = [...output.keys()]
  const fields = [...output].map(([path, value], index) => {
    if (paths.slice(0, index).some((other) => overlaps(other, path))) {
      fail(6307900, "$setWindowFields 'output' specification contains two conflicting paths")
    }
    if (!isDoc(value)) return fail(9, `The field '${path}' must be an object`)
    return { path: splitPath(path), compute: compileWindowFunction(value, context, ordering) }
  })

  function* computePartition(docs: readonly Doc[]): Generator<Doc> {
    const keyed = docs.map((doc) => ({ doc, key: pattern?.keyOf(doc) ?? [] }))
    if (pattern) keyed.sort((left, right) => pattern.compareKeys(left.key, right.key))
    const sorted = keyed.map(({ doc }) => doc)
    const partition = { docs: sorted, sortValues: keyed.map(({ key }) => key[0] ?? null) }
    const columns = fields.map(({ compute }) => compute(partition))
    for (const [index, doc] of sorted.entries()) {
      let made = doc
      for (const [column, { path }] of fields.entries())
        made = withValue(made, path, columns[column]?.[index])
      yield made
    }
  }

  return function* setWindowFields(source) {
    const keep = bounded('$setWindowFields')
    const partitions = new Map<string, { value: Value; docs: Doc[] }>()
    for (const doc of source) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      keep(doc)
      const value = partitionBy(doc, NO_VARIABLES) ?? null
      if (Array.isArray(value)) refuseArray()
      const key = hashKey(value, collation)
      const partition = partitions.get(key)
      if (partition) partition.docs.push(doc)
      else partitions.set(key, { value, docs: [doc] })
    }
    const inOrder = [...partitions.values()].sort((left, right) =>
      compareValues(left.value, right.value, collation),
    )
    for (const { docs } of inOrder) yield* computePartition(docs)
  }
}
