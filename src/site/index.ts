export { buildSite } from './build.ts'
export type { BuildOptions, DevelopmentHooks, Site } from './site.ts'
