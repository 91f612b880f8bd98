import { isSecretName, masked, maskUrls } from '../debug/index.ts'
import type { Field } from './record.ts'

/** Header lines as they are shown: of cookies the names and the attributes, of other secrets nothing. */
export function showHeaders(lines: Iterable<readonly [string, string]>): Field[] {
  return [...lines].map(([name, value]) => ({ name, value: showHeader(name.toLowerCase(), value) }))
}

function showHeader(name: string, value: string): string {
  if (name === 'set-cookie') return value.replace(/^([^=;]*)=[^;]*/, `$1=${masked}`)
  if (name === 'cookie') return value.replace(/([^=;\s]+)=[^;]*/g, `$1=${masked}`)
  if (name === 'authorization') return value.replace(/\s.*$/, ` ${masked}`)
  return isSecretName(name) ? masked : maskUrls(value)
}

/** A URL's query with the values under secret names masked. */
export function showUrl(url: string): string {
  return url.replace(/([?&])([^=&]+)=([^&]*)/g, (all, before: string, name: string) =>
    isSecretName(name) ? `${before}${name}=${masked}` : all,
  )
}
