import { fail } from './errors.ts'
import { asInteger } from './numeric.ts'
import { printDoc } from './print.ts'
import { typeName } from './type.ts'
import { type Doc, isNumber, type Value } from './value.ts'

const words: Readonly<Record<string, readonly string[]>> = {
  caseFirst: ['off', 'upper', 'lower'],
  alternate: ['non-ignorable', 'shifted'],
  maxVariable: ['punct', 'space'],
}
const VERSION = '57.1'
const flags = ['caseLevel', 'numericOrdering', 'normalization', 'backwards']
const known = new Set(['locale', 'strength', 'version', ...flags, ...Object.keys(words)])

/** Checks a collation document and fills in the defaults; undefined for the simple one. */
export function checkCollation(spec: Doc): Doc | undefined {
  for (const name of spec.keys()) {
    if (!known.has(name)) fail(40415, `BSON field 'collation.${name}' is an unknown field.`)
  }
  const locale = spec.get('locale')
  if (locale === undefined) fail(40414, `BSON field 'collation.locale' is missing but a required field`)
  if (typeof locale !== 'string') wrongType('locale', locale, 'string')
  const strength = spec.get('strength') ?? 3
  if (!isNumber(strength)) wrongType('strength', strength, 'int')
  const level = asInteger(strength)
  if (level === undefined || level < 1 || level > 5) {
    fail(2, `Enumeration value '${String(level)}' for field 'collation.strength' is not a valid value.`)
  }
  for (const [name, allowed] of Object.entries(words)) {
    const value = spec.get(name)
    if (value === undefined) continue
    if (typeof value !== 'string') wrongType(name, value, 'string')
    if (!allowed.includes(value)) {
      fail(2, `Enumeration value '${value}' for field 'collation.${name}' is not a valid value.`)
    }
  }
  for (const name of flags) {
    const value = spec.get(name)
    if (value !== undefined && typeof value !== 'boolean') wrongType(name, value, 'bool')
  }
  const version = spec.get('version') ?? VERSION
  if (typeof version !== 'string') wrongType('version', version, 'string')
  if (locale === 'simple') {
    if (spec.size > 1) fail(2, 'When specifying locale as simple, no other fields are allowed')
    return undefined
  }
  checkLocale(locale)
  if (version !== VERSION) {
    fail(
      161,
      `Requested collation version '${version}' but the only available collator version was '${VERSION}'. Requested collation spec: ${printDoc(spec)}`,
    )
  }
  if (spec.get('backwards') === true && !locale.startsWith('fr')) {
    fail(115, 'collation.backwards is not supported by the embedded store; use a MongoDB server')
  }
  return new Map<string, Value>([
    ['locale', locale],
    ['caseLevel', spec.get('caseLevel') ?? false],
    ['caseFirst', spec.get('caseFirst') ?? 'off'],
    ['strength', level],
    ['numericOrdering', spec.get('numericOrdering') ?? false],
    ['alternate', spec.get('alternate') ?? 'non-ignorable'],
    ['maxVariable', spec.get('maxVariable') ?? 'punct'],
    ['normalization', spec.get('normalization') ?? false],
    ['backwards', spec.get('backwards') ?? locale === 'fr_CA'],
    ['version', VERSION],
  ])
}

function checkLocale(locale: string): void {
  const tag = locale.replace(/@.*$/, '').replace(/_/g, '-')
  let supported: string[] = []
  try {
    supported = Intl.Collator.supportedLocalesOf([tag])
  } catch {
    supported = []
  }
  if (supported.length === 0) fail(2, `Field 'locale' is invalid in: { locale: "${locale}" }`)
}

function wrongType(name: string, value: Value, expected: string): never {
  fail(
    14,
    `BSON field 'collation.${name}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
  )
}
