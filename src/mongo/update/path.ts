import { fail } from '../bson/errors.ts'

/** Splits the path of an update. */
export function splitUpdatePath(path: string): string[] {
  if (path === '') fail(56, 'An empty update path is not valid.')
  const parts = path.split('.')
  if (parts.includes('')) {
    fail(56, `The update path '${path}' contains an empty field name, which is not allowed.`)
  }
  const positional = parts.filter((part) => part === '$').length
  if (positional > 1) fail(2, `Too many positional (i.e. '$') elements found in path '${path}'`)
  if (parts[0] === '$') {
    fail(2, `Cannot have positional (i.e. '$') element in the first position in path '${path}'`)
  }
  if (filterName(parts[0]!) !== undefined) {
    fail(
      2,
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
    )
  }
  return parts
}

/** The identifier of `$[identifier]`; '' of `$[]`; undefined of any other part. */
export function filterName(part: string): string | undefined {
  return part.startsWith('$[') && part.endsWith(']') ? part.slice(2, -1) : undefined
}

/** Whether a part is `$`, `$[]` or `$[identifier]`. */
export function isArrayPart(part: string): boolean {
  return part === '$' || filterName(part) !== undefined
}

/** Refuses a path whose first name a server would not write to in a document that is there. @throws MongoError 52 */
export function checkDollarField(path: readonly string[]): void {
  const [first] = path
  if (first!.startsWith('$') && !/^\$(?:ref|id|db)$/.test(first!)) {
    fail(
      52,
      `The dollar ($) prefixed field '${first}' in '${path.join('.')}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    )
  }
}
