export { buildSite } from './build.ts'
export { defineSettings } from './define-settings.ts'
export { mendStaticLinks } from './mend-static-links.ts'
export type { BuildOptions, DevelopmentHooks, Site, WatchedSite, Watcher } from './site.ts'
