/**
 * The names of a site's templates. Merged in by `.tao/types.d.ts`, which tao writes for each site. As long as it is empty,
 * every name compiles.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- empty until a site's own file merges its names in
export interface TemplateNames {}

/** A template's name. One that is put together while the site runs says so: `name as TemplateName`. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- `Extract` would keep the names out of messages
export type TemplateName = [keyof TemplateNames] extends [never] ? string : keyof TemplateNames & string
