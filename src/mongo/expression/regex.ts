import { fail } from '../bson/errors.ts'
import { BSONRegExp } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { buildPattern } from '../pattern/compile-pattern.ts'
import { valueOf } from './constant.ts'
import { isNullish } from './missing.ts'
import { readNamed } from './operands.ts'
import { codePoints } from './text.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

/** Compiles `$regexMatch` and its like: `answer` sees the text and the expression, or null for one that is null. */
function matching(nullish: () => Value, answer: (text: string, pattern: RegExp) => Value): CompileOperator {
  return (operand, scope, name) => {
    const named = readNamed(operand, name, {
      required: { input: 31022, regex: 31023 },
      optional: ['options'],
      notObject: [51103, (op, type) => `${op} expects an object of named arguments but found: ${type}`],
      unknown: [31024, (op, what) => `${op} found an unknown argument: ${what}`],
      missing: (op, what) => `${op} requires '${what}' parameter`,
    })
    const input = scope.compile(named.get('input') as Value)
    const regex = scope.compile(named.get('regex') as Value)
    const options = named.has('options') ? scope.compile(named.get('options') as Value) : undefined
    const fixed =
      regex.constant && (options?.constant ?? true)
        ? { pattern: readPattern(valueOf(regex), options && valueOf(options), name) }
        : undefined
    return (doc, variables) => {
      const text = input(doc, variables)
      if (!isNullish(text) && typeof text !== 'string') {
        return fail(51104, `${name} needs 'input' to be of type string`)
      }
      const pattern = fixed
        ? fixed.pattern
        : readPattern(regex(doc, variables), options?.(doc, variables), name)
      if (isNullish(text) || pattern === undefined) return nullish()
      pattern.lastIndex = 0
      return answer(text, pattern)
    }
  }
}

function readPattern(regex: Value | undefined, options: Value | undefined, name: string): RegExp | undefined {
  if (!isNullish(regex) && typeof regex !== 'string' && !(regex instanceof BSONRegExp)) {
    return fail(51105, `${name} needs 'regex' to be of type string or regex`)
  }
  if (!isNullish(options) && typeof options !== 'string') {
    return fail(51106, `${name} needs 'options' to be of type string`)
  }
  const own = regex instanceof BSONRegExp ? regex.options : ''
  if (own !== '' && !isNullish(options)) {
    fail(51107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`)
  }
  const flags = isNullish(options) ? own : options
  const pattern = isNullish(regex) ? undefined : typeof regex === 'string' ? regex : regex.pattern
  if (pattern?.includes('\0')) {
    fail(51109, `${name}: regular expression cannot contain an embedded null byte`)
  }
  if (flags.includes('\0')) {
    fail(51110, `${name}: regular expression options cannot contain an embedded null byte`)
  }
  // Without a pattern nothing is compiled, so that flags are not looked at.
  if (pattern === undefined) return undefined
  for (const flag of flags) {
    if (!'imsxu'.includes(flag)) fail(51108, `${name} invalid flag in regex options: ${flag}`)
  }
  try {
    return buildPattern(pattern, flags, 'g')
  } catch (error) {
    return fail(51111, `Invalid Regex in ${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** What `$regexFind` tells of a match: positions count code points. */
function describe(match: RegExpExecArray, text: string): Doc {
  const [whole, ...captures] = match
  return new Map<string, Value>([
    ['match', whole],
    ['idx', codePoints(text.slice(0, match.index)).length],
    ['captures', captures.map((capture: string | undefined) => capture ?? null)],
  ])
}

function findFirst(text: string, pattern: RegExp): Value {
  const match = pattern.exec(text)
  return match ? describe(match, text) : null
}

/** Every match; none is looked for at the very end, unless the text is empty. */
function findAll(text: string, pattern: RegExp): Value {
  const found: Value[] = []
  do {
    const match = pattern.exec(text)
    if (!match) break
    found.push(describe(match, text))
    if (match[0] === '')
      pattern.lastIndex += codePoints(text.slice(match.index, match.index + 2))[0]?.length ?? 1
  } while (pattern.lastIndex < text.length)
  return found
}

export const regexOperators: OperatorTable = {
  $regexMatch: matching(
    () => false,
    (text, pattern) => pattern.test(text),
  ),
  $regexFind: matching(() => null, findFirst),
  $regexFindAll: matching(() => [], findAll),
}
