import { didYouMean } from '../base/text.ts'

/** Something wrong with one value: `path` are the keys that lead to it. */
export interface Mistake {
  kind: 'unknown-key' | 'invalid'
  path: readonly string[]
  sentence: string
  hint: string | undefined
}

/** How values of the settings are named in sentences, and where their mistakes go. */
export interface Reading {
  /** `settings.port` or `PORT`. */
  label: string
  /** The label stands for all that is inside the value too: a variable of the environment has no keys. */
  fixed?: boolean | undefined
  path: readonly string[]
  report: (mistake: Mistake) => void
}

/** Reads one value: returns it, perhaps in its usual form, or reports what is wrong and returns undefined. */
export type Rule<Value = unknown> = (value: unknown, reading: Reading) => Value | undefined

/** A rule from a test: `expected` ends the sentence "settings.port must be ...". */
export function rule<Value>(expected: string, convert: (value: unknown) => Value | undefined): Rule<Value> {
  return (value, reading) => {
    const converted = convert(value)
    if (converted === undefined) reportInvalid(reading, `must be ${expected}, not ${show(value)}`)
    return converted
  }
}

/** Allows a further value: `or(false, section(...))`. */
export function or<Value, Other extends string | boolean>(
  other: Other,
  given: Rule<Value>,
): Rule<Value | Other> {
  return (value, reading) => (value === other ? other : given(value, reading))
}

export function listOf<Value>(item: Rule<Value>, items: string): Rule<Value[]> {
  return (value, reading) => {
    if (!Array.isArray(value)) return reportInvalid(reading, `must be a list of ${items}, not ${show(value)}`)
    return value
      .map((one, index) => item(one, step(reading, String(index))))
      .filter((one) => one !== undefined)
  }
}

export function recordOf<Value>(item: Rule<Value>, items: string): Rule<Record<string, Value>> {
  return (value, reading) => {
    if (!isPlainObject(value))
      return reportInvalid(reading, `must be an object of ${items}, not ${show(value)}`)
    const entries = Object.entries(value).filter(([, one]) => one !== undefined)
    return Object.fromEntries(
      entries.flatMap(([key, one]) => {
        const read = item(one, step(reading, key))
        return read === undefined ? [] : [[key, read]]
      }),
    )
  }
}

/** An object with known keys. Unknown ones are reported with the nearest name; `undefined` counts as not given. */
export function section(rules: Readonly<Record<string, Rule>>): Rule<Record<string, unknown>> {
  return (value, reading) => {
    if (!isPlainObject(value)) return reportInvalid(reading, `must be an object, not ${show(value)}`)
    const result: Record<string, unknown> = {}
    for (const [key, one] of Object.entries(value)) {
      const at = step(reading, key)
      if (!Object.hasOwn(rules, key)) reportUnknown(at, key, Object.keys(rules))
      else if (one !== undefined) {
        const read = rules[key]!(one, at)
        if (read !== undefined) result[key] = read
      }
    }
    return result
  }
}

function reportUnknown(reading: Reading, key: string, known: readonly string[]): void {
  reading.report({
    kind: 'unknown-key',
    path: reading.path,
    sentence: `${reading.label} is no setting`,
    hint: didYouMean(key, known) ?? `The keys here are: ${known.join(', ')}.`,
  })
}

export function reportInvalid(reading: Reading, rest: string, hint?: string): undefined {
  reading.report({ kind: 'invalid', path: reading.path, sentence: `${reading.label} ${rest}`, hint })
  return undefined
}

function step(reading: Reading, key: string): Reading {
  if (reading.fixed) return { ...reading, path: [...reading.path, key] }
  const bare = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
  const label = /^\d+$/.test(key)
    ? `${reading.label}[${key}]`
    : `${reading.label}${bare ? `.${key}` : `[${JSON.stringify(key)}]`}`
  return { label, path: [...reading.path, key], report: reading.report }
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** A value as it reads in a sentence, short. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof value === 'string') return value === '' ? 'an empty string' : clip(JSON.stringify(value))
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'symbol')
    return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  const maker = (value as { constructor?: { name?: string } }).constructor?.name
  return maker === undefined || maker === 'Object' ? 'an object' : `a ${maker}`
}

function clip(quoted: string): string {
  // A database URL may carry a password, and this sentence goes to logs.
  const text = quoted.replace(/\/\/([^/@:\s]*):[^/@\s]*@/, '//$1:***@')
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text
}
