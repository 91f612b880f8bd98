import { createError, type ErrorFactory } from '../base/errors.ts'

/** Nothing was found under a template's name. `details.looked` lists the files tried. */
export const TemplateMissing: ErrorFactory<[name: string, why: string]> = createError<
  [name: string, why: string]
>('TAO_TEMPLATE_MISSING', (name, why) => `There is no template "${name}": ${why}`)

/** The name is no template name at all, whatever the folders hold. */
export const TemplateNameInvalid: ErrorFactory<[name: string, why: string]> = createError<
  [name: string, why: string]
>('TAO_TEMPLATE_NAME', (name, why) => `"${name}" is not a template name: ${why}`)

/** A template's text could not be understood. */
export const TemplateSyntax: ErrorFactory<[name: string, why: string]> = createError<
  [name: string, why: string]
>('TAO_TEMPLATE_SYNTAX', (name, why) => `The template "${name}" cannot be read: ${why}`)

/** A template was understood but failed while it ran. The `cause` is what was thrown. */
export const TemplateRender: ErrorFactory<[name: string, why: string]> = createError<
  [name: string, why: string]
>('TAO_TEMPLATE_RENDER', (name, why) => `The template "${name}" failed: ${why}`)
