/**
 * Both directions of a variable in a path: the text it matches, the value a view gets and the text of that value in a
 * URL. `parse` may return `undefined` to say that the text is no such value after all; the path then does not match.
 */
export interface Converter<Value = unknown> {
  /** A regular expression's source, without anchors and without capturing groups. */
  readonly pattern: string
  parse(text: string): Value | undefined
  format(value: Value): string
}

const text = (value: unknown): string => String(value)

/** The converters every site has. A site adds its own with `settings.converters`. */
export const builtinConverters: Readonly<Record<string, Converter<never>>> = {
  /** Anything up to the next slash; what `{name}` without a converter means. */
  str: { pattern: '[^/]+', parse: (value) => value as never, format: text },
  /** Digits, as a number. Beyond 2^53 - 1 a number could not be told from its neighbour, so that does not match. */
  int: {
    pattern: '[0-9]+',
    parse: (value) => {
      const number = Number(value)
      return (Number.isSafeInteger(number) ? number : undefined) as never
    },
    format: text,
  },
  /** Letters, digits, `-` and `_`. */
  slug: { pattern: '[-a-zA-Z0-9_]+', parse: (value) => value as never, format: text },
  /** A UUID in its usual form (RFC 9562 section 4), in lower case for the view. */
  uuid: {
    pattern: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
    parse: (value) => value.toLowerCase() as never,
    format: text,
  },
  /** Anything, slashes too. */
  path: { pattern: '.+', parse: (value) => value as never, format: text },
}

/** The converters a route table is built with, by name. */
export type Converters = Readonly<Record<string, Converter<never>>>
