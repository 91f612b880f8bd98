import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { typeOf } from '../../expression/missing.ts'
import { printValue } from '../../expression/print.ts'
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
  const pairs = fields.map((field, index): [string, Value] =>
    typeof field === 'string' && !field.startsWith('$')
      ? [`f${index}`, `$${field}`]
      : fail(6050203, "Each element of 'partitionByFields' must be a field name"),
  )
  return new Map(pairs)
}

/** `$fill`: a value, the last one or the line between neighbours, in place of null and missing. */
export const compileFill: CompileStage = (spec, context, sub) => {
  const options = requireDoc(
    spec,
    6050200,
    `The $fill stage specification must be an object, found ${typeOf(spec)}`,
  )
  for (const name of options.keys()) {
    if (!OPTIONS.includes(name)) fail(40415, `BSON field '$fill.${name}' is an unknown field.`)
  }
  const output = options.get('output')
  if (!isDoc(output)) return fail(40414, "BSON field '$fill.output' is missing but a required field")
  const windows: Doc = new Map()
  const values: Doc = new Map()
  for (const [path, how] of output) {
    const [entry] = isDoc(how) ? how : []
    if (!isDoc(how) || !entry || how.size !== 1 || !['value', 'method'].includes(entry[0])) {
      return fail(
        6050202,
        `Each field in the 'output' of $fill must have exactly one of 'value' and 'method'`,
      )
    }
    const [kind, value] = entry
    if (kind === 'value') values.set(path, new Map([['$ifNull', [`$${path}`, value]]]))
    else if (value === 'locf') windows.set(path, new Map([['$locf', `$${path}`]]))
    else if (value === 'linear') {
      windows.set(path, new Map([['$linearFill', `$${path}`]]))
    } else fail(6050202, `Method must be either 'locf' or 'linear', found ${printValue(value)}`)
  }
  const sortBy = options.get('sortBy')
  if (windows.size > 0 && sortBy === undefined) {
    fail(9, "$fill with a 'method' requires a 'sortBy'")
  }
  const stages: Stage['run'][] = []
  if (windows.size > 0) {
    const window: Doc = new Map([['output', windows]])
    const partition = readPartition(options)
    if (partition !== undefined) window.set('partitionBy', partition)
    if (sortBy !== undefined) window.set('sortBy', sortBy)
    stages.push(compileSetWindowFields(window, context, sub))
  }
  if (values.size > 0) stages.push(compileAddFields(values, context, sub))
  return (source) => stages.reduce((docs, stage) => stage(docs), source)
}
