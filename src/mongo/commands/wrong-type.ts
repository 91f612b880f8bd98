import { fail } from '../bson/errors.ts'
import { typeName } from '../bson/type.ts'
import type { Value } from '../bson/value.ts'

/**
 * What a field of a command that holds something else is answered with.
 * @param expected in the server's words, such as `type 'string'`
 */
export function wrongType(path: string, value: Value, expected: string): never {
  fail(14, `BSON field '${path}' is the wrong type '${typeName(value)}', expected ${expected}`)
}
