import { Binary, isDoc, type Value } from './value.ts'

/** About the bytes a value takes in BSON: what memory is counted in. */
export function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string') return value.length + 5
  if (value === null || value === undefined || typeof value === 'boolean') return 1
  if (typeof value === 'number') return 8
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 4 + sizeOf(one), 5)
  if (isDoc(value)) {
    let size = 5
    for (const [name, one] of value) size += name.length + 2 + sizeOf(one)
    return size
  }
  return value instanceof Binary ? value.position + 5 : 16
}
