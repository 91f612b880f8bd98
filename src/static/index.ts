export {
  createStatic,
  type StaticAnswer,
  type StaticApp,
  type StaticFiles,
  type StaticListing,
  type StaticOptions,
  type StaticRequest,
} from './static-files.ts'
export { mendLinks, planLinks, type LinkPlan, type LinkReport, type PlannedLink } from './links.ts'
export { readManifest, type StaticManifest } from './manifest.ts'
