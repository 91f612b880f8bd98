import { inspect } from 'node:util'
import { Request } from '../http/index.ts'
import { isSecretName, masked, maskUrls } from '../debug/index.ts'
import { maskInstances } from './mask-instances.ts'
import type { Field } from './record.ts'

const LONGEST = 8000
const MOST_FIELDS = 200

/** A value as text, secrets masked, of bounded length. Whatever the value is, it never throws. */
export function showValue(name: string, value: unknown, depth = 6): string {
  if (isSecretName(name) && value !== undefined && value !== '') return masked
  try {
    return clip(typeof value === 'string' ? maskUrls(value) : print(value, depth))
  } catch {
    return '(cannot be shown)'
  }
}

function print(value: unknown, depth: number): string {
  return inspect(maskInstances(value, depth), {
    depth,
    breakLength: 90,
    maxStringLength: 2000,
    maxArrayLength: 50,
    sorted: false,
  })
}

function clip(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text
}

/** The entries of an object, or of what has `entries()`: forms, queries, headers. Cookies are secrets whatever their names. */
export function showFields(value: unknown, options: { secret?: boolean } = {}): Field[] {
  try {
    return entriesOf(value)
      .slice(0, MOST_FIELDS)
      .map(([name, item]) => ({ name, value: options.secret ? masked : showValue(name, item) }))
  } catch {
    return []
  }
}

/**
 * What a template was given, without running getters: one of them opens the session, and looking must not change what
 * is looked at. The request, which every template is given, has panels of its own.
 */
export function showContext(value: object): Field[] {
  return Object.entries(Object.getOwnPropertyDescriptors(value))
    .slice(0, MOST_FIELDS)
    .map(([name, property]) => ({
      name,
      value: show(name, property),
    }))
}

function show(name: string, property: PropertyDescriptor): string {
  if (!('value' in property)) return '(made when it is read)'
  const value: unknown = property.value
  return value instanceof Request ? '(this request)' : showValue(name, value, 3)
}

function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return []
  if (typeof (value as { entries?: unknown }).entries === 'function' && !Array.isArray(value)) {
    return [...(value as { entries(): Iterable<[unknown, unknown]> }).entries()].map(([key, item]) => [
      String(key),
      item,
    ])
  }
  return Object.entries(value)
}
