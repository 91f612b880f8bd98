import { isDoc, type Doc, type Value } from './value.ts'

/** Whether a part of a dotted path names an array position: "0", "17", not "01". */
export function isIndex(part: string): boolean {
  const first = part.charCodeAt(0)
  if (part.length === 1) return first >= 48 && first <= 57
  if (!(first >= 49 && first <= 57)) return false
  for (let i = 1; i < part.length; i++) {
    const unit = part.charCodeAt(i)
    if (unit < 48 || unit > 57) return false
  }
  return true
}

/**
 * Asks `visit` of the values a query's path reaches, until one says true. An array that ends the path gives its
 * elements and then itself (itself only when `leafArrays` is false); an array on the way gives what each of its
 * documents gives, and its element when the next part is a position. A path that ends in nothing visits undefined,
 * unless an array without documents stood in the way: then nothing is visited. Below an array an empty name at the end
 * (`a.`) is the array itself.
 *
 * @param visit gets the value and the position within the outermost array passed through (undefined: none).
 */
export function visitPath(
  doc: Doc,
  parts: readonly string[],
  leafArrays: boolean,
  visit: (value: Value | undefined, index: number | undefined) => boolean,
): boolean {
  return visitFrom(doc, parts, 0, leafArrays, undefined, visit)
}

type Visit = (value: Value | undefined, index: number | undefined) => boolean

function visitFrom(
  doc: Doc,
  parts: readonly string[],
  at: number,
  leafArrays: boolean,
  outer: number | undefined,
  visit: Visit,
): boolean {
  const last = parts.length - 1
  let current: Doc = doc
  for (;;) {
    const value = current.get(parts[at]!)
    if (at === last) return visitLeaf(value, leafArrays, outer, visit)
    at++
    if (at === last && parts[at] === '' && Array.isArray(value))
      return visitLeaf(value, leafArrays, outer, visit)
    if (value instanceof Map) current = value
    else if (Array.isArray(value)) return visitArray(value, parts, at, leafArrays, outer, visit)
    else return visit(undefined, outer)
  }
}

function visitLeaf(
  value: Value | undefined,
  leafArrays: boolean,
  outer: number | undefined,
  visit: Visit,
): boolean {
  if (leafArrays && Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (visit(value[i], outer ?? i)) return true
  }
  return visit(value, outer)
}

function visitArray(
  array: Value[],
  parts: readonly string[],
  at: number,
  leafArrays: boolean,
  outer: number | undefined,
  visit: Visit,
): boolean {
  const part = parts[at]!
  const position = isIndex(part) ? Number(part) : -1
  for (let i = 0; i < array.length; i++) {
    const item = array[i]
    if (item instanceof Map && visitFrom(item, parts, at, leafArrays, outer ?? i, visit)) return true
    if (i !== position) continue
    // The element a position names is taken whole: an array there is not opened again at the end of the path.
    if (at === parts.length - 1) {
      if (visit(item, outer ?? i)) return true
    } else if (item instanceof Map) {
      if (visitFrom(item, parts, at + 1, leafArrays, outer, visit)) return true
    } else if (!Array.isArray(item)) continue
    else if (at === parts.length - 2 && parts[at + 1] === '') {
      if (visit(item, outer ?? i)) return true
    } else if (visitArray(item, parts, at + 1, leafArrays, outer, visit)) return true
  }
  return false
}

/** All values `visitPath` would visit. */
export function valuesAt(doc: Doc, path: string, leafArrays = true): (Value | undefined)[] {
  const values: (Value | undefined)[] = []
  visitPath(doc, path.split('.'), leafArrays, (value) => {
    values.push(value)
    return false
  })
  return values
}

/** The one value at a path, walking documents only and array positions; undefined when it is not there. */
export function valueAt(doc: Doc, path: string): Value | undefined {
  let current: Value | undefined = doc
  for (const part of path.split('.')) {
    if (isDoc(current)) current = current.get(part)
    else if (Array.isArray(current) && isIndex(part)) current = current[Number(part)]
    else return undefined
  }
  return current
}
