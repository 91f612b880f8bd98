import type { ConverterTypes } from './params.ts'

/**
 * The names of a site's routes, each with what its path needs: `{ 'blog:post': { slug: UrlText } }`. Merged in by
 * `.tao/types.d.ts`, which tao writes for each site. As long as it is empty, every name and every parameter compiles.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- empty until a site's own file merges its names in
export interface RouteNames {}

/** A route's name. One that is put together while the site runs says so: `name as RouteName`. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- `Extract` would keep the names out of messages
export type RouteName = [keyof RouteNames] extends [never] ? string : keyof RouteNames & string

/** A path of the site, as `url()` makes it. */
export type LocalPath = `/${string}`

/** What can stand for text in a path: whatever prints as itself, an `ObjectId` among it. */
export type UrlText = string | number | bigint | { toHexString(): string }

/** What a path takes for a variable with a converter of the site; anything, unless `ConverterTypes` says more. */
export type UrlParam<Converter extends string> = Converter extends keyof ConverterTypes
  ? ConverterTypes[Converter] extends string
    ? UrlText
    : ConverterTypes[Converter]
  : unknown

// An object type without members would take every object; a path without variables takes none.
type UrlParams<Name extends string> = Name extends keyof RouteNames
  ? keyof RouteNames[Name] extends never
    ? Readonly<Record<string, never>>
    : Readonly<RouteNames[Name]>
  : Readonly<Record<string, unknown>>

/** What follows a route's name in `url()` and its like: the parameters, which may be left out when the path has none. */
export type UrlArguments<Name extends string, Rest extends readonly unknown[]> =
  {} extends UrlParams<Name>
    ? [params?: UrlParams<Name> | undefined, ...rest: Rest]
    : [params: UrlParams<Name>, ...rest: Rest]
