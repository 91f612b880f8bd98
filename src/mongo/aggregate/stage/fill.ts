import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { typeOf } from '../../expression/missing.ts'
import { compileSortPattern } from '../../expression/sort-pattern.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage, Stage } from '../types.ts'
import { compileAddFields } from './add-fields.ts'
import { compileSetWindowFields } from './set-window-fields.ts'

const OPTIONS = ['partitionBy', 'partitionByFields', 'sortBy', 'output']

function readPartition(options: Doc): Value | undefined {
  const by = options.get('partitionBy')
  const fields = options.get('partitionByFields')
  if (fields === undefined) return by
  if (by !== undefined) {
    fail(6050204, "Maximum one of 'partitionBy' and 'partitionByFields can be specified in '$fill'")
  }
  if (!Array.isArray(fields)) {
    return fail(
      14,
      `BSON field '$fill.partitionByFields' is the wrong type '${typeOf(fields)}', expected type 'array'`,
    )
  }
  const pairs = fields.map((field, index): [string, Value] => {
    if (typeof field !== 'string') {
      const words = `is the wrong type '${typeOf(field)}', expected type 'string'`
      return fail(14, `BSON field '$fill.partitionByFields.${index}' ${words}`)
    }
    // A name with a dollar is taken for an operator, and found to be none.
    return [field.startsWith('$') ? field : `f${index}`, `$${field}`]
  })
  return new Map(pairs)
}

/** What `$fill` makes of its `output`: functions of windows, and values in place of null. */
function readOutput(output: Doc): { readonly windows: Doc; readonly values: Doc } {
  if (output.size === 0) {
    fail(6050203, "The output field in '$fill' must contain an object with at least one element")
  }
  const windows: Doc = new Map()
  const values: Doc = new Map()
  for (const [path, how] of output) {
    if (!isDoc(how)) {
      return fail(6050200, 'Each fill output specification must be an object with exactly one field')
    }
    for (const name of how.keys()) {
      if (name !== 'value' && name !== 'method')
        fail(40415, `BSON field '$fill.${name}' is an unknown field.`)
    }
    const method = how.get('method')
    const value = how.get('value')
    if (method !== undefined) windows.set(path, windowOf(path, method, value !== undefined))
    if (value !== undefined) values.set(path, new Map([['$ifNull', [`$${path}`, value]]]))
  }
  return { windows, values }
}

function windowOf(path: string, method: Value, hasValue: boolean): Doc {
  if (typeof method !== 'string') {
    fail(14, `BSON field '$fill.method' is the wrong type '${typeOf(method)}', expected type 'string'`)
  }
  if (hasValue) {
    const words =
      "Each fill output specification must have exactly one of 'method' or 'value' fields, not both"
    fail(6050201, words)
  }
  if (method === 'locf') return new Map([['$locf', `$${path}`]])
  if (method === 'linear') return new Map([['$linearFill', `$${path}`]])
  return fail(6050202, 'Method must be either locf or linear')
}

/**
 * `$fill`: a value, the last one or the line between neighbours, in place of null and missing. The line needs a
 * `sortBy`; the last one goes by the order the documents come in where there is none.
 */
export const compileFill: CompileStage = (spec, context, sub) => {
  const words = `The $fill stage specification must be an object, found ${typeOf(spec)}`
  const options = requireDoc(spec, 9, words)
  for (const name of options.keys()) {
    if (!OPTIONS.includes(name)) fail(40415, `BSON field '$fill.${name}' is an unknown field.`)
  }
  const output = options.get('output')
  if (!isDoc(output)) return fail(40414, "BSON field '$fill.output' is missing but a required field")
  const { windows, values } = readOutput(output)
  const sortBy = options.get('sortBy')
  const partition = readPartition(options)
  const stages: Stage['run'][] = []
  if (windows.size > 0) {
    const window: Doc = new Map([['output', windows]])
    if (partition !== undefined) window.set('partitionBy', partition)
    if (sortBy !== undefined) window.set('sortBy', sortBy)
    stages.push(compileSetWindowFields(window, context, sub))
  } else {
    // What no window needs is checked all the same.
    if (isDoc(sortBy)) compileSortPattern(sortBy, context.collation)
    if (partition !== undefined) compileExpression(partition, context)
  }
  if (values.size > 0) stages.push(compileAddFields(values, context, sub))
  return (source) => stages.reduce((docs, stage) => stage(docs), source)
}
