const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A piece of HTML that is already escaped. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

type Piece = string | number | Markup | undefined | false | readonly Piece[]

/** `markup\`<p>${text}</p>\``: values are escaped unless they are `Markup`; arrays are joined; `undefined` and `false` vanish. */
export function markup(strings: TemplateStringsArray, ...values: Piece[]): Markup {
  return new Markup(strings.map((part, index) => part + toText(values[index])).join(''))
}

function toText(value: Piece): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(toText).join('')
  return escapeHtml(String(value))
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
