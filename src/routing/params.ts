/**
 * The types of the converters' values, by the converters' names. A site adds its own by declaration merging:
 * `declare module 'tao1' { interface ConverterTypes { hex: number } }`.
 */
export interface ConverterTypes {
  str: string
  int: number
  slug: string
  uuid: string
  path: string
}

type Letter =
  | 'a'
  | 'b'
  | 'c'
  | 'd'
  | 'e'
  | 'f'
  | 'g'
  | 'h'
  | 'i'
  | 'j'
  | 'k'
  | 'l'
  | 'm'
  | 'n'
  | 'o'
  | 'p'
  | 'q'
  | 'r'
  | 's'
  | 't'
  | 'u'
  | 'v'
  | 'w'
  | 'x'
  | 'y'
  | 'z'
  | '_'

type StartsLikeName<Text extends string> = Text extends `${infer First}${string}`
  ? Lowercase<First> extends Letter
    ? true
    : false
  : false

type EndsInUnicodeEscape<Text extends string> = Text extends `${string}\\p` | `${string}\\P` ? true : false

// A `{` opens a variable when a name follows it; `\d{4}` and `\p{L}` are parts of a regular expression.
type Variable<Text extends string> = Text extends `${infer Inner}}${string}`
  ? Inner extends `${infer Name}:${infer Spec}`
    ? { [K in Name]: Spec extends keyof ConverterTypes ? ConverterTypes[Spec] : string }
    : { [K in Inner]: string }
  : Text extends `${infer Name}:${string}`
    ? { [K in Name]: string }
    : unknown

type Collect<Path extends string> = Path extends `${infer Before}{${infer Rest}`
  ? (StartsLikeName<Rest> extends true
      ? EndsInUnicodeEscape<Before> extends true
        ? unknown
        : Variable<UpToNextBrace<Rest>>
      : unknown) &
      Collect<Rest>
  : unknown

type UpToNextBrace<Text extends string> = Text extends `${infer Before}{${string}` ? Before : Text

type Flatten<T> = unknown extends T ? {} : { [K in keyof T]: T[K] }

/**
 * The parameters of a path, by name: `ParamsOf<'/blog/{id:int}/{slug}'>` is `{ id: number; slug: string }`.
 * A path that is only known as `string` has parameters of any name.
 */
export type ParamsOf<Path extends string> = string extends Path
  ? Record<string, unknown>
  : Flatten<Collect<Path>>
