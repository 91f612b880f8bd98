import { builtinConverters, type Converters } from './converters.ts'
import { answers, describePlace, type RouteEntry } from './entry.ts'
import { duplicateName, duplicateRoute, malformedPath } from './errors.ts'
import { parsePattern } from './pattern.ts'
import { makeReverse, type Reverse } from './reverse.ts'
import { flattenRoutes, joinPaths, type RouteList } from './route.ts'
import { insert, makeNode, search, type Visitor } from './tree.ts'

/** One list of routes and what it is mounted with. */
export interface RouteSource<View = unknown, Options = unknown> {
  readonly routes: RouteList<View, Options>
  /** The app's name, put in front of its routes' names; `undefined` for the site's own list. */
  readonly app: string | undefined
  readonly prefix?: string | undefined
  readonly namePrefix?: string | undefined
}

export interface Match<Entry> {
  readonly entry: Entry
  readonly params: Record<string, unknown>
}

/** Which route answers, or which methods the path has, or neither. */
export type Resolution<Entry> =
  | Match<Entry>
  | {
      readonly entry: undefined
      readonly params: Record<string, unknown>
      readonly allowed: readonly string[]
    }

export interface RouteTable<View = unknown, Options = unknown> {
  readonly entries: readonly RouteEntry<View, Options>[]
  /** By whole name. */
  readonly named: ReadonlyMap<string, RouteEntry<View, Options>>
  /**
   * Finds the route for a method and a path as it came, percent-encoded, without its query.
   *
   * @returns the entry and its parameters, or the methods that the path does have
   * @throws TAO_PATH_MALFORMED
   */
  resolve(method: string, path: string): Resolution<RouteEntry<View, Options>>
  /** The path of a named route. See `makeReverse`. */
  readonly reverse: Reverse
}

/**
 * Joins lists of routes into one table.
 *
 * Of two routes that both match a path the more exact one answers: a literal text goes before a regular expression,
 * that before a converter (`slug` after the others), that before `{name}`, and what may hold slashes comes last; at
 * equal rank the first in the list.
 *
 * @param sources the lists, in order
 * @param custom the site's own converters
 * @throws TAO_ROUTE_DUPLICATE, TAO_ROUTE_NAME_DUPLICATE, TAO_ROUTE_PATH, TAO_ROUTE_CONVERTER
 */
export function buildRouteTable<View, Options>(
  sources: readonly RouteSource<View, Options>[],
  custom: Converters = {},
): RouteTable<View, Options> {
  type Entry = RouteEntry<View, Options>
  const entries = makeEntries(sources, { ...builtinConverters, ...custom })
  const named = new Map<string, Entry>()
  const taken = new Map<string, Entry>()
  const literal = new Map<string, Entry[]>()
  const root = makeNode<Entry>()
  for (const entry of entries) {
    claimMethods(taken, entry)
    claimName(named, entry)
    insert(root, entry)
    if (entry.pattern.variables.length === 0) {
      literal.set(entry.path, [...(literal.get(entry.path) ?? []), entry])
    }
  }

  function resolve(method: string, path: string): Resolution<Entry> {
    const same = literal.get(path)
    if (same !== undefined) {
      for (const entry of same) if (answers(entry.methods, method)) return { entry, params: {} }
    }
    const seeker = new Seeker<Entry>(method)
    search(root, decodeSegments(path), seeker)
    return seeker.entry === undefined
      ? { entry: undefined, params: {}, allowed: seeker.allowed }
      : { entry: seeker.entry, params: seeker.params }
  }

  return { entries, named, resolve, reverse: makeReverse(named) }
}

/** Looks for the first entry that answers a method, and remembers the methods of those that do not. */
class Seeker<Entry extends RouteEntry> implements Visitor<Entry> {
  readonly #method: string
  readonly #others: Entry[] = []
  entry: Entry | undefined
  params: Record<string, unknown> = {}

  constructor(method: string) {
    this.#method = method
  }

  visit(entry: Entry, texts: readonly string[]): boolean {
    const params = convert(entry, texts)
    if (params === undefined) return false
    if (!answers(entry.methods, this.#method)) {
      this.#others.push(entry)
      return false
    }
    this.entry = entry
    this.params = params
    return true
  }

  get allowed(): readonly string[] {
    const allowed = new Set(this.#others.flatMap((entry) => entry.methods))
    if (allowed.has('GET')) allowed.add('HEAD')
    return [...allowed]
  }
}

/** The segments of a path, percent-decoded one by one, so that `%2F` stays inside its segment. */
export function decodeSegments(path: string): string[] {
  const segments: string[] = []
  // Not split, which costs twice as much for the few segments that paths have.
  let from = 1
  for (let slash = path.indexOf('/', from); slash >= 0; slash = path.indexOf('/', from)) {
    segments.push(path.slice(from, slash))
    from = slash + 1
  }
  segments.push(path.slice(from))
  if (!path.includes('%')) return segments
  try {
    return segments.map(decodeURIComponent)
  } catch (error) {
    throw malformedPath({ cause: error })
  }
}

function convert(entry: RouteEntry, texts: readonly string[]): Record<string, unknown> | undefined {
  const params: Record<string, unknown> = {}
  const { variables } = entry.pattern
  for (let i = 0; i < variables.length; i++) {
    const value = variables[i]!.parse(texts[i]!)
    if (value === undefined) return undefined
    params[variables[i]!.name] = value
  }
  return params
}

function makeEntries<View, Options>(
  sources: readonly RouteSource<View, Options>[],
  converters: Converters,
): RouteEntry<View, Options>[] {
  const entries: RouteEntry<View, Options>[] = []
  for (const source of sources) {
    const namespace = source.namePrefix ?? source.app ?? ''
    for (const route of flattenRoutes(source.routes)) {
      const path = source.prefix ? joinPaths(source.prefix, route.path) : route.path
      entries.push({
        methods: route.methods,
        path,
        pattern: parsePattern(path, converters),
        name: route.name === undefined || namespace === '' ? route.name : `${namespace}:${route.name}`,
        app: source.app,
        view: route.view,
        options: route.options,
        place: route.place,
        order: entries.length,
      })
    }
  }
  return entries
}

function claimMethods<Entry extends RouteEntry>(taken: Map<string, Entry>, entry: Entry): void {
  // Two paths are the same when they match the same texts, whatever their variables are called.
  const shape = entry.pattern.segments
    .map((segment) =>
      segment.parts.map((part) => (typeof part === 'string' ? part : `{${part.pattern}}`)).join(''),
    )
    .join('/')
  for (const method of entry.methods) {
    const key = `${method} ${shape}`
    const first = taken.get(key)
    if (first) {
      throw duplicateRoute(`${method} ${entry.path}`, describePlace(first), describePlace(entry), {
        hint: 'Remove one, give it another path, or mount the app elsewhere with settings.apps.NAME.prefix.',
        place: entry.place,
      })
    }
    taken.set(key, entry)
  }
}

function claimName<Entry extends RouteEntry>(named: Map<string, Entry>, entry: Entry): void {
  if (entry.name === undefined) return
  const first = named.get(entry.name)
  if (first) {
    throw duplicateName(entry.name, describePlace(first), describePlace(entry), {
      hint: `Give one of them a name of its own: route('${entry.methods[0]}', '${entry.path}', view, 'other-name').`,
      place: entry.place,
    })
  }
  named.set(entry.name, entry)
}
