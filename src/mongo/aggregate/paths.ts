import { isNumber, isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { isZero } from '../bson/numeric.ts'

/** The fields a filter looks at; undefined when it may look at anything. */
export function pathsOf(filter: Doc): Set<string> | undefined {
  const paths = new Set<string>()
  for (const [name, value] of filter) {
    if (!name.startsWith('$')) paths.add(beforePosition(name))
    else if ((name === '$and' || name === '$or' || name === '$nor') && Array.isArray(value)) {
      for (const each of value) {
        const below = isDoc(each) ? pathsOf(each) : undefined
        if (!below) return undefined
        for (const path of below) paths.add(path)
      }
    } else return undefined
  }
  return paths
}

/** A path up to an array position: `a.0.b` and `a.b` may meet, so what is asked of either is asked of `a`. */
function beforePosition(path: string): string {
  return path.replace(/\.\d+(?:\..*|$)/, '')
}

/** Whether one path lies within the other. */
export function overlaps(left: string, right: string): boolean {
  return left === right || left.startsWith(`${right}.`) || right.startsWith(`${left}.`)
}

/** Whether a stage leaves everything at these paths as it was. */
export function leavesAlone(stage: string, spec: Value, paths: ReadonlySet<string>): boolean {
  const untouched = (changed: string): boolean => [...paths].every((path) => !overlaps(path, changed))
  // What stands in the way of a dotted path becomes a document, which fields beside it tell.
  const unset = (made: string): boolean => untouched(topOf(made))
  switch (stage) {
    case '$sort':
      return true
    case '$addFields':
    case '$set':
      return isDoc(spec) && [...spec.keys()].every(unset)
    case '$unset':
      return (Array.isArray(spec) ? spec : [spec]).every(
        (each) => typeof each === 'string' && untouched(each),
      )
    case '$project':
      return isDoc(spec) && projectLeaves(spec, paths)
    case '$unwind':
      return unwindLeaves(spec, untouched, unset)
    case '$lookup':
    case '$graphLookup': {
      const as = isDoc(spec) ? spec.get('as') : undefined
      return typeof as === 'string' && unset(as)
    }
    default:
      return false
  }
}

function topOf(path: string): string {
  return path.split('.', 1)[0] as string
}

function unwindLeaves(
  spec: Value,
  untouched: (path: string) => boolean,
  unset: (path: string) => boolean,
): boolean {
  const path = isDoc(spec) ? spec.get('path') : spec
  const index = isDoc(spec) ? spec.get('includeArrayIndex') : undefined
  if (typeof path !== 'string' || (index !== undefined && typeof index !== 'string')) return false
  return untouched(path.slice(1)) && (index === undefined || unset(index))
}

function projectLeaves(spec: Doc, paths: ReadonlySet<string>): boolean {
  const said = (value: Value): 'keep' | 'drop' | 'other' => {
    if (typeof value === 'boolean') return value ? 'keep' : 'drop'
    return isNumber(value) ? (isZero(value) ? 'drop' : 'keep') : 'other'
  }
  const entries = [...spec].map(([name, value]) => [name, said(value)] as const)
  const deciding = entries.find(([name]) => name !== '_id') ?? entries[0]
  const excluding = deciding?.[1] === 'drop'
  return [...paths].every((path) => {
    if (excluding)
      return entries.every(([name, how]) => how !== 'other' && (how === 'keep' || !overlaps(path, name)))
    if (path === '_id' || path.startsWith('_id.')) {
      const id = spec.get('_id')
      return id === undefined || said(id) === 'keep'
    }
    return (
      entries.every(([name, how]) => how === 'keep' || topOf(name) !== topOf(path)) &&
      entries.some(([name, how]) => how === 'keep' && (path === name || path.startsWith(`${name}.`)))
    )
  })
}
