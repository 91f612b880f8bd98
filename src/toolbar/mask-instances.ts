import { inspect, types } from 'node:util'
import { isSecretName, masked, maskUrls } from '../debug/index.ts'

const MOST_KEYS = 200
const MOST_ITEMS = 50

/**
 * A copy, to be looked at, of any value: what stands under a secret name is hidden, also inside instances of classes,
 * for the user that a template is given is one as often as not. Getters are not run.
 */
export function maskInstances(value: unknown, depth: number): unknown {
  return copy(value, depth + 1, new Map())
}

function copy(value: unknown, depth: number, seen: Map<object, unknown>): unknown {
  if (typeof value === 'string') return maskUrls(value)
  if (typeof value !== 'object' || value === null) return value
  // Reading one runs code of the site; showing what it stands for would show its secrets.
  if (types.isProxy(value)) return '(a proxy)'
  if (types.isNativeError(value)) return maskUrls(value.stack ?? value.message)
  if (isWhole(value)) return value
  const known = seen.get(value)
  if (known !== undefined) return known
  // Deeper than it is shown: nothing of it may be shown by accident.
  if (depth === 0) return Array.isArray(value) ? [] : '…'
  const inner = (item: unknown): unknown => copy(item, depth - 1, seen)
  if (Array.isArray(value)) {
    const items: unknown[] = []
    seen.set(value, items)
    for (const item of value.slice(0, MOST_ITEMS)) items.push(inner(item))
    if (value.length > MOST_ITEMS) items.push(`… ${value.length - MOST_ITEMS} more`)
    return items
  }
  if (types.isMap(value)) {
    const entries = [...value].slice(0, MOST_ITEMS)
    return new Map(
      entries.map(([key, item]) => [inner(key), isSecretName(String(key)) ? masked : inner(item)]),
    )
  }
  if (types.isSet(value)) return new Set([...value].slice(0, MOST_ITEMS).map(inner))
  const made = Object.create(Object.getPrototypeOf(value) as object | null) as object
  seen.set(value, made)
  const properties = Object.entries(Object.getOwnPropertyDescriptors(value)).slice(0, MOST_KEYS)
  for (const [name, property] of properties) {
    if (!property.enumerable) continue
    const shown =
      'value' in property
        ? { ...property, value: isSecretName(name) ? masked : inner(property.value) }
        : property
    Object.defineProperty(made, name, { ...shown, configurable: true })
  }
  return made
}

/** Values that are one thing, or that say themselves how they are shown: dates, buffers, ids of documents. */
function isWhole(value: object): boolean {
  return (
    '_bsontype' in value ||
    inspect.custom in value ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isPromise(value)
  )
}
