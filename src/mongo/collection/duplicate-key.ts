import { fail } from '../bson/errors.ts'
import { printBson } from '../bson/print.ts'
import { type Doc, type Value } from '../bson/value.ts'

import type { KeyTuple } from '../index/doc-keys.ts'
import type { Index } from '../index/index-state.ts'

/** Throws 11000 in the words of a server, with the key's pattern and value beside them. */
export function failDuplicate(namespace: string, index: Index, tuple: KeyTuple): never {
  const { spec } = index
  const keyPattern = spec.document.get('key') as Doc
  const keyValue: Doc = new Map<string, Value>()
  for (const [at, { path }] of spec.fields.entries()) keyValue.set(path, tuple[at] ?? null)
  const collation = spec.collation ? ` collation: ${printBson(spec.collation.spec)}` : ''
  const shown = [...keyValue].map(([path, value]) => `${path}: ${printBson(value)}`).join(', ')
  return fail(
    11000,
    `E11000 duplicate key error collection: ${namespace} index: ${spec.name}${collation} dup key: { ${shown} }`,
    { keyPattern, keyValue },
  )
}
