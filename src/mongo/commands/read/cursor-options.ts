import { fail } from '../../bson/errors.ts'
import { asNumber } from '../../collection/collection.ts'
import type { Arguments } from '../arguments.ts'
import { wrongType } from '../wrong-type.ts'

const NUMBER = "types '[long, int, decimal, double]'"

/**
 * The size of the first batch a command's `cursor` asks for.
 * @param path what errors call the field
 */
export function readBatchSize(args: Arguments, path: string): number | undefined {
  const options = args.doc('cursor') ?? new Map<string, never>()
  for (const name of options.keys()) {
    if (name !== 'batchSize') fail(40415, `BSON field '${path}.${name}' is an unknown field.`)
  }
  const given = options.get('batchSize')
  if (given === undefined || given === null) return undefined
  const size = asNumber(given)
  if (size === undefined) {
    wrongType(`${path}.batchSize`, given, NUMBER)
  }
  if (size < 0) fail(51024, `BSON field 'batchSize' value must be >= 0, actual value '${Math.trunc(size)}'`)
  return Math.trunc(size)
}
