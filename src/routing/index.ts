export type { Converter, Converters } from './converters.ts'
export { answers, describePlace, type RouteEntry } from './entry.ts'
export { explainMatch, type Candidate } from './explain.ts'
export * from './errors.ts'
export type { Pattern, Variable } from './pattern.ts'
export { callerPlace } from './place.ts'
export type { ConverterTypes, ParamsOf } from './params.ts'
export type { LocalPath, RouteName, RouteNames, UrlArguments, UrlParam, UrlText } from './url-types.ts'
export { formatQuery, type QueryInput } from './reverse.ts'
export {
  flattenRoutes,
  isRoute,
  makeRoute,
  prefixRoute,
  type Route,
  type RouteList,
} from './route.ts'
export { buildRouteTable, type Match, type Resolution, type RouteSource, type RouteTable } from './table.ts'
