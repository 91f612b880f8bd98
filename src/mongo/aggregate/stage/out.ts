import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Value } from '../../bson/value.ts'
import { typeOf } from '../../expression/missing.ts'
import type { PipelineContext } from '../types.ts'
import { checkWritten } from './check-written.ts'

/** Where `$out` writes. */
export function readOut(spec: Value, context: PipelineContext): { db: string; collection: string } {
  const target = readTarget(spec, context)
  checkWritten('$out', target.db, target.collection)
  return target
}

function readTarget(spec: Value, context: PipelineContext): { db: string; collection: string } {
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
