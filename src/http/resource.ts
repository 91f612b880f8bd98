import { callerPlace, makeRoute, type ConverterTypes } from '../routing/index.ts'
import { badRouteCall } from './errors.ts'
import type { AnyRoute, Method, RouteOptions, Routes } from './route.ts'
import type { Request } from './request.ts'
import type { View, ViewResult } from './view.ts'

type Answer = ViewResult | Promise<ViewResult>

/**
 * What `resource` reads: any of these methods, and others made with `action`. A class is constructed once.
 *
 * `list` GET path, `create` POST path, `show` GET path/{id}, `update` PUT and PATCH path/{id}, `remove` DELETE path/{id}.
 */
export interface Resource<Id = string> {
  list?(request: Request<{}, never>): Answer
  create?(request: Request<{}, never>): Answer
  show?(request: Request<{ id: Id }, never>): Answer
  update?(request: Request<{ id: Id }, never>): Answer
  remove?(request: Request<{ id: Id }, never>): Answer
}

export interface ResourceOptions<Id extends keyof ConverterTypes> extends Omit<
  RouteOptions,
  'name' | 'body' | 'query' | 'response'
> {
  /** In front of the routes' names; the last word of the path when left out. */
  name?: string | undefined
  /** The converter of `{id}`: `int`, `uuid`, `slug` ... */
  id?: Id | undefined
  /** Options of single methods: `{ create: { body: Note } }`. */
  routes?: Readonly<Record<string, RouteOptions>> | undefined
}

const ACTION: unique symbol = Symbol.for('tao1.action') as never

interface Action {
  readonly methods: readonly string[]
  readonly path: string
  readonly options: RouteOptions
}

/**
 * A method of a resource with a path of its own, below the resource's: `archive = action('POST', '/{id}/archive', view)`.
 */
export function action<Params = Record<string, unknown>>(
  method: Method | readonly Method[],
  path: string,
  view: View<Params>,
  options: RouteOptions = {},
): View<Params> {
  const methods = [method].flat().map((one) => one.toUpperCase())
  const marked: View<Params> = function (this: unknown, request) {
    return view.call(this, request)
  }
  return Object.assign(marked, { [ACTION]: { methods, path, options } satisfies Action })
}

const STANDARD: readonly [name: string, methods: readonly string[], path: '' | '/{id}'][] = [
  ['list', ['GET'], ''],
  ['create', ['POST'], ''],
  ['show', ['GET'], '/{id}'],
  ['update', ['PUT', 'PATCH'], '/{id}'],
  ['remove', ['DELETE'], '/{id}'],
]

/**
 * Routes from the methods of an object or a class.
 *
 * @param path `/notes`
 * @param source an object, or a class that is constructed without arguments
 * @returns routes named `notes:list`, `notes:show` ...
 * @throws TAO_ROUTE_CALL when the source has none of the methods
 */
export function resource<Id extends keyof ConverterTypes = 'str'>(
  path: string,
  source: Resource<ConverterTypes[Id]> | (new () => Resource<ConverterTypes[Id]>),
  options: ResourceOptions<Id> = {},
): Routes {
  const place = callerPlace(resource)
  const target = (typeof source === 'function' ? new source() : source) as Record<string, unknown>
  const { name = lastWord(path), id, routes: own = {}, ...shared } = options
  const variable = id === undefined ? '/{id}' : `/{id:${id}}`

  const make = (
    member: string,
    methods: readonly string[],
    below: string,
    more: RouteOptions = {},
  ): AnyRoute => {
    const call = target[member] as (request: Request<never, never>) => Answer
    const view: View<never, never> = (request) => call.call(target, request)
    Object.defineProperty(view, 'name', { value: member })
    return makeRoute({
      methods,
      path: path === '/' && below !== '' ? below : path + below,
      view,
      name: name === '' ? member : `${name}:${own[member]?.name ?? more.name ?? member}`,
      options: { ...shared, ...more, ...own[member] },
      place,
    })
  }

  const found = STANDARD.filter(([member]) => typeof target[member] === 'function').map(
    ([member, methods, below]) => make(member, methods, below === '' ? '' : variable),
  )
  const actions = Object.keys(target).flatMap((member) => {
    const marked = (target[member] as { [ACTION]?: Action } | undefined)?.[ACTION]
    return marked
      ? [make(member, marked.methods, marked.path === '/' ? '' : marked.path, marked.options)]
      : []
  })
  if (found.length + actions.length === 0) {
    throw badRouteCall(`resource(${JSON.stringify(path)}, ...) found no method to route.`, {
      place,
      hint: 'It looks for list, create, show, update and remove, and for what action() makes.',
    })
  }
  return [...found, ...actions]
}

function lastWord(path: string): string {
  const words = path.split('/').filter((word) => word !== '' && !word.includes('{'))
  return words.at(-1) ?? ''
}
