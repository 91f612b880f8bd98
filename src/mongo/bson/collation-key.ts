// Letters that some languages hold for a variant of others and some for letters of their own: candidates only,
// each is asked of the collator.
const likeness: Readonly<Record<string, string>> = {
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ß: 'ss',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ĸ: 'q',
  ł: 'l',
  ŋ: 'n',
  ŧ: 't',
  þ: 'th',
  ƀ: 'b',
  ς: 'σ',
}

/**
 * A string that two strings share exactly when the collator finds them equal. Intl gives no sort keys, so each
 * character takes the simplest text the collator holds equal to it: without marks, lower case, or nothing at all.
 */
export function collationKey(
  text: string,
  collator: Intl.Collator,
  numeric: boolean,
  cache: Map<string, string>,
): string {
  let key = ''
  for (const [cluster] of text.normalize('NFC').matchAll(/[\p{Nd}]+|\P{M}\p{M}*|\p{M}+/gu)) {
    let simple = cache.get(cluster)
    if (simple === undefined) {
      simple = simplify(cluster, collator, numeric)
      if (cache.size < 10_000) cache.set(cluster, simple)
    }
    key += simple
  }
  return key
}

function simplify(cluster: string, collator: Intl.Collator, numeric: boolean): string {
  if (collator.compare(cluster, '') === 0) return ''
  if (numeric && /^\p{Nd}/u.test(cluster)) {
    const stripped = cluster.replace(/^0+(?=.)/, '')
    return collator.compare(stripped, cluster) === 0 ? stripped : cluster
  }
  // Turkish and its kin have an i of their own.
  const { locale } = collator.resolvedOptions()
  const bare = cluster.normalize('NFKD').replace(/\p{M}/gu, '')
  const like = bare.toLowerCase().replace(/[^\0-\x7f]/g, (letter) => likeness[letter] ?? letter)
  const candidates = [
    like,
    bare.toLocaleLowerCase(locale),
    bare.toLowerCase(),
    bare,
    cluster.toLocaleLowerCase(locale).normalize('NFD'),
    cluster.toLowerCase().normalize('NFD'),
    cluster.normalize('NFKD'),
  ]
  return (
    candidates.find((candidate) => candidate !== '' && collator.compare(candidate, cluster) === 0) ??
    cluster.normalize('NFD')
  )
}
