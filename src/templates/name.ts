import { TemplateNameInvalid } from './errors.ts'

/** A template's name taken apart: `blog:posts/list` is the app `blog` and the path `posts/list`. */
export interface TemplateName {
  app: string | undefined
  path: string
}

const LONGEST = 255

/**
 * Takes a full name apart: `index`, `blog:index`, `blog:feed.xml`, and `apps.blog:index` as in tao1.
 * @throws TAO_TEMPLATE_NAME for anything that could reach outside the template folders.
 */
export function parseName(name: string): TemplateName {
  const why = refuse(name)
  if (why !== undefined) throw TemplateNameInvalid(shorten(name), why)
  const colon = name.indexOf(':')
  if (colon === -1) return { app: undefined, path: name }
  const app = name.slice(0, colon)
  return { app: app.startsWith('apps.') ? app.slice(5) : app, path: name.slice(colon + 1) }
}

export function formatName({ app, path }: TemplateName): string {
  return app === undefined ? path : `${app}:${path}`
}

export function isRelativeName(name: string): boolean {
  return name.startsWith('./') || name.startsWith('../')
}

/**
 * What `./row` or `../row` means inside the template `from`: a path from that template's own folder, in the same
 * app. The result is a name like any other, so that the site can override it.
 */
export function resolveName(name: string, from: TemplateName | undefined): TemplateName {
  if (!isRelativeName(name)) return parseName(name)
  if (from === undefined) {
    throw TemplateNameInvalid(shorten(name), 'a relative name has a meaning only inside a template file')
  }
  const parts = from.path.split('/').slice(0, -1)
  for (const part of name.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) {
        throw TemplateNameInvalid(
          shorten(name),
          `it leaves the templates that "${formatName(from)}" is one of`,
        )
      }
    } else if (part !== '.') parts.push(part)
  }
  return parseName(formatName({ app: from.app, path: parts.join('/') }))
}

function refuse(name: unknown): string | undefined {
  if (typeof name !== 'string') return `it is ${name === null ? 'null' : typeof name}, not a text`
  if (name === '') return 'it is empty'
  if (name.length > LONGEST) return `it is longer than ${LONGEST} characters`
  // oxlint-disable-next-line no-control-regex -- NUL would cut the path short in the system's own calls.
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'it has a control character in it'
  if (name.includes('\\')) return 'it has a backslash in it; folders are separated by "/"'
  const [path = '', ...more] = name.split(':').reverse()
  if (more.length > 1) return 'it has more than one colon'
  if (more[0] === '' || more[0]?.includes('/')) return 'before the colon stands the name of an app'
  const parts = path.split('/')
  if (path === '') return 'nothing follows the colon'
  if (path.startsWith('/')) return 'it begins with "/"; names are relative to a templ folder'
  if (parts.includes('..') || parts.includes('.')) return 'it has "." or ".." in its path'
  if (parts.includes('')) return 'it has an empty folder name in it'
  if (parts.some((part) => part.startsWith('.'))) return 'names beginning with a dot are never templates'
  return undefined
}

function shorten(name: unknown): string {
  const text = String(name)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
