import type { Flight, Kept, Look } from '../../cache/index.ts'
import { didYouMean } from '../../base/text.ts'
import { callerPlace } from '../../routing/index.ts'
import { toHandler, type Handler } from '../compose.ts'
import { badCacheOptions } from '../errors.ts'
import type { Request } from '../request.ts'
import type { HttpResponse } from '../response.ts'
import type { Next, View } from '../view.ts'
import { fromKept, toKept } from './cached-page.ts'
import { isForAll, pageKey, type Visitors } from './page-key.ts'
import { refusalToKeep } from './refusal-to-keep.ts'

export interface CacheOptions {
  /** How long an answer is kept. */
  seconds: number
  /** What `request.app.cache.invalidate(name)` finds it by: a name, several, or what the request says. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the parameters are those of whatever view stands within
  name?: string | readonly string[] | ((request: Request<any>) => string | readonly string[]) | undefined
  /** Headers of the request that the answer depends on: `['Accept-Language']`. */
  vary?: readonly string[] | undefined
  /**
   * Whose answers are kept. `anonymous`: those of visitors without a session, the default. `all`: one for everybody, to be
   * said of pages that show nothing of a session. `each`: one for each session.
   */
  visitors?: Visitors | undefined
  /** Seconds for which browsers need not ask again, in which they hear of no change. Default 0. */
  maxAge?: number | undefined
}

/** What `cache()` makes: goes around a view, or stands as a middleware. */
export interface CachedView {
  <V extends View<never, never>>(view: V): V
  (request: Request, next: Next): Promise<HttpResponse>
}

const KNOWN = ['seconds', 'name', 'vary', 'visitors', 'maxAge']

/** Leads from what `cache()` made of a view to that view. */
const INNER: unique symbol = Symbol('view')

/**
 * Keeps the answers of a view: `route('GET', '/blog', cache({ seconds: 60, name: 'posts' })(views.index))`; or, as a
 * middleware, those of a route, a group or an app. Kept are answers to GET with status 200 that set no cookie, stream
 * nothing and do not forbid it. Of several that ask at once for what is not there, one is computed in each process, and
 * the others wait. Source: Django's cache_page; RFC 9111 and 9110 for Age, Vary and conditional requests.
 *
 * @throws TAO_CACHE_OPTIONS
 */
export function cache(options: CacheOptions): CachedView {
  checkOptions(options)
  const cached = (first: View | Request, next?: Next): unknown => {
    if (typeof first !== 'function') return answer(options, first, async () => next!())
    const handler = toHandler(first, first.name)
    const wrapped = (request: Request): Promise<HttpResponse> => answer(options, request, handler)
    Object.defineProperty(wrapped, 'name', { value: first.name, configurable: true })
    return Object.assign(wrapped, { [INNER]: first })
  }
  Object.defineProperty(cached, 'name', { value: 'cache' })
  return cached as CachedView
}

/** The view itself, without what is kept around it: for whoever shows where it is written. */
export function viewWithin<V extends View>(view: V): V {
  const { [INNER]: inner } = view as V & { [INNER]?: V }
  return inner === undefined ? view : viewWithin(inner)
}

async function answer(options: CacheOptions, request: Request, compute: Handler): Promise<HttpResponse> {
  const { app, method } = request
  const isRead = method === 'GET' || method === 'HEAD'
  // While developing every change is to show.
  if (!isRead || app.settings.debug || !isForAll(request, options.visitors)) return compute(request)
  const { pages } = app.cache
  const key = pageKey(request, options)
  const names = namesOf(options, request)
  const found = await pages.look(key, names)
  if (found.kept) return fromKept(found.kept, request, options)
  if (method === 'HEAD') return compute(request)

  const flight = pages.flights.get(key)
  if (flight === undefined || !isSame(flight.versions, found.versions))
    return lead(options, request, compute, { key, found })
  const shared = (await flight.result) as Kept | undefined
  // What one could not share, each has to compute.
  return shared ? fromKept(shared, request, options) : compute(request)
}

/** Computes an answer for all that wait for it. */
async function lead(
  options: CacheOptions,
  request: Request,
  compute: Handler,
  { key, found }: { key: string; found: Look },
): Promise<HttpResponse> {
  const { pages } = request.app.cache
  let share: (kept: Kept | undefined) => void
  const flight: Flight = {
    result: new Promise<Kept | undefined>((resolve) => {
      share = resolve
    }),
    versions: found.kept ? undefined : found.versions,
  }
  pages.flights.set(key, flight)
  const isCurrent = (): boolean => pages.flights.get(key) === flight
  let kept: Kept | undefined
  let keeping: Promise<void> | undefined
  try {
    const response = await compute(request)
    const refusal = refusalToKeep(response, request, options)
    if (refusal !== undefined) {
      request.log.debug({ path: request.path }, `The answer is not kept: ${refusal}`)
      return response
    }
    kept = toKept(response)
    if (isCurrent()) keeping = pages.keep(key, kept, options.seconds, found) ?? undefined
    return fromKept(kept, request, options)
  } finally {
    share!(kept)
    // Until it is kept, those who looked in vain meanwhile still find it here.
    const land = (): void => void (isCurrent() && pages.flights.delete(key))
    if (keeping === undefined) land()
    else void keeping.then(land, land)
  }
}

/** Whether two looks in vain found the names as old as each other. */
function isSame(one: Flight['versions'], other: Flight['versions']): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function namesOf({ name = [] }: CacheOptions, request: Request): string[] {
  return [typeof name === 'function' ? name(request) : name].flat()
}

function checkOptions(options: CacheOptions): void {
  const refuse = (what: string, hint?: string): never => {
    throw badCacheOptions(what, { hint, place: callerPlace(cache) })
  }
  const { seconds, maxAge = 0, vary = [], visitors = 'anonymous' } = options ?? {}
  if (!(typeof seconds === 'number' && seconds > 0 && seconds < 2 ** 31)) {
    refuse(`${String(seconds)} as seconds`, 'Write: cache({ seconds: 60 })')
  }
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key))
  if (unknown !== undefined) {
    refuse(
      `the option "${unknown}", which is none`,
      didYouMean(unknown, KNOWN) ?? `Known are ${KNOWN.join(', ')}.`,
    )
  }
  if (!(maxAge >= 0)) refuse(`${maxAge} as maxAge`)
  if (!Array.isArray(vary))
    refuse('a vary that is no list of header names', "Write: vary: ['Accept-Language']")
  if (!['anonymous', 'all', 'each'].includes(visitors)) {
    refuse(`"${visitors}" as visitors`, 'It is "anonymous", "all" or "each".')
  }
}
