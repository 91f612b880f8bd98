export { describeNames, type NamedRoute, type SiteNames } from './describe-names.ts'
export { updateTypesFile } from './update-types-file.ts'
