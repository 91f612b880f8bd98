/** Members of every command that say nothing of what is asked. */
export const PLUMBING: ReadonlySet<string> = new Set([
  'lsid',
  '$db',
  '$clusterTime',
  '$readPreference',
  'apiVersion',
  'txnNumber',
])

/** A text that is alike for commands which differ in nothing but their values: a loop that asks one by one shows by it. */
export function queryShape(document: Readonly<Record<string, unknown>>): string {
  return Object.entries(document)
    .filter(([name]) => !PLUMBING.has(name))
    .map(([name, value], index) => `${name}:${index === 0 ? String(value) : shapeOf(value, 5)}`)
    .join()
}

function shapeOf(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null || depth === 0) return '?'
  if (Array.isArray(value)) return `[${[...new Set(value.map((item) => shapeOf(item, depth - 1)))].join()}]`
  if ('_bsontype' in value || value instanceof Date || value instanceof RegExp) return '?'
  return `{${Object.entries(value)
    .map(([name, item]) => `${name}:${shapeOf(item, depth - 1)}`)
    .join()}}`
}
