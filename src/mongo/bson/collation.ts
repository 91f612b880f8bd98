import { collationKey, findSpellings } from './collation-key.ts'
import { fail } from './errors.ts'
import { checkCollation } from './collation-spec.ts'
import type { Doc } from './value.ts'

/** How strings compare under a language's rules. */
export interface Collation {
  compare(a: string, b: string): number
  /** Two strings share it exactly when they compare equal. Its own order means nothing. */
  key(s: string): string
  /** The collation with every default filled in, as listIndexes shows it. */
  readonly spec: Doc
}

/**
 * Makes the collation of a command or an index.
 * @returns undefined for `{ locale: 'simple' }`: strings compare by their bytes.
 * @throws MongoError 2, 14, 40414, 40415 for a malformed or unknown specification.
 */
export function makeCollation(spec: Doc): Collation | undefined {
  const full = checkCollation(spec)
  if (full === undefined) return undefined
  const collator = makeCollator(full)
  const compare = (a: string, b: string): number => {
    if (a === b) return 0
    const order = collator.compare(a, b)
    return order !== 0 || full.get('strength') !== 5 ? order : compareIdentical(a, b)
  }
  const cache = new Map<string, string>()
  const held = findSpellings(collator)
  const numeric = full.get('numericOrdering') === true
  return {
    spec: full,
    compare,
    key: (s) =>
      full.get('strength') === 5 ? s.normalize('NFD') : collationKey(s, collator, numeric, cache, held),
  }
}

function compareIdentical(a: string, b: string): number {
  const left = a.normalize('NFD')
  const right = b.normalize('NFD')
  return left < right ? -1 : left > right ? 1 : 0
}

function makeCollator(spec: Doc): Intl.Collator {
  const strength = spec.get('strength') as number
  const caseLevel = spec.get('caseLevel') === true
  const caseFirst = spec.get('caseFirst') as string
  const sensitivity =
    strength === 1
      ? caseLevel
        ? 'case'
        : 'base'
      : strength === 2
        ? caseLevel
          ? 'variant'
          : 'accent'
        : 'variant'
  const locale = (spec.get('locale') as string).replace(/_/g, '-').replace(/@collation=(\w+)/, '-u-co-$1')
  try {
    return new Intl.Collator(locale, {
      usage: 'sort',
      sensitivity,
      numeric: spec.get('numericOrdering') === true,
      caseFirst: caseFirst === 'off' ? 'false' : (caseFirst as 'upper' | 'lower'),
      ignorePunctuation: spec.get('alternate') === 'shifted',
    })
  } catch {
    return fail(2, `Field 'locale' is invalid in: { locale: "${spec.get('locale') as string}" }`)
  }
}
