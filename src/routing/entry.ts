import type { Place } from '../base/errors.ts'
import type { Pattern } from './pattern.ts'

/** A route in its table: with the app it belongs to, its whole path and its whole name (`blog:post`). */
export interface RouteEntry<View = unknown, Options = unknown> {
  readonly methods: readonly string[]
  readonly path: string
  readonly pattern: Pattern
  readonly name: string | undefined
  readonly app: string | undefined
  readonly view: View
  readonly options: Options
  readonly place: Place | undefined
  /** Its position in the merged list. */
  readonly order: number
}

/** `apps/blog/routes.ts:7` or, without a place, the app's name. */
export function describePlace(entry: Pick<RouteEntry, 'place' | 'app'>): string {
  if (entry.place) return `${entry.place.file}${entry.place.line === undefined ? '' : `:${entry.place.line}`}`
  return entry.app === undefined ? 'the site' : `the app "${entry.app}"`
}

/** Whether a route answers a method: HEAD comes with GET, `*` takes every method. */
export function answers(methods: readonly string[], method: string): boolean {
  return methods.includes(method) || methods.includes('*') || (method === 'HEAD' && methods.includes('GET'))
}
