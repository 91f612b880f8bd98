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

// Letters some language holds for one with a marked letter: Danish ä for æ, ü for y.
const letters: readonly string[] = ['æ', 'ø', 'å', 'y', 'ä', 'ö', 'ü']

// Letter groups that some language holds equal to another spelling: Danish aa, the doubled digraphs of Hungarian.
const spellings: readonly (readonly [string, string])[] = [
  ['aa', 'å'],
  ['ccs', 'cscs'],
  ['ddzs', 'dzsdzs'],
  ['ddz', 'dzdz'],
  ['ggy', 'gygy'],
  ['lly', 'lyly'],
  ['nny', 'nyny'],
  ['ssz', 'szsz'],
  ['tty', 'tyty'],
  ['zzs', 'zszs'],
]

/** The spellings this collator holds for one: a pattern that finds them, or undefined. */
export function findSpellings(collator: Intl.Collator): RegExp | undefined {
  const held = spellings.filter(([group, other]) => collator.compare(group, other) === 0)
  return held.length === 0 ? undefined : new RegExp(held.map(([group]) => group).join('|'), 'gi')
}

function respell(group: string, collator: Intl.Collator): string {
  const other = spellings.find(([each]) => each === group.toLowerCase())![1]
  const half = other.slice(0, other.length / 2)
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
  const forms = [
    other,
    other.toUpperCase(),
    capital(other),
    capital(half) + half,
    capital(half) + capital(half),
  ]
  return forms.find((form) => collator.compare(form, group) === 0) ?? group
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
  spellingsHeld: RegExp | undefined,
): string {
  let key = ''
  // Marks follow the whole group, so groups are sought among bare letters.
  const respelled = spellingsHeld
    ? text.normalize('NFD').replace(spellingsHeld, (group) => respell(group, collator))
    : text
  for (const [cluster] of respelled.normalize('NFC').matchAll(/[\p{Nd}]+|\P{M}\p{M}*|\p{M}+/gu)) {
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
    ...letters,
    cluster.toLocaleLowerCase(locale).normalize('NFD'),
    cluster.toLowerCase().normalize('NFD'),
    cluster.normalize('NFKD'),
  ]
  return (
    candidates.find((candidate) => candidate !== '' && collator.compare(candidate, cluster) === 0) ??
    cluster.normalize('NFD')
  )
}
