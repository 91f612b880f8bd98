import { sealData, unsealData } from 'iron-session'

/** What a seal held: the JSON of the data, and when it ends in milliseconds (`Infinity`: never). */
export interface Opened {
  text: string
  expires: number
}

/** What can be read on the outside of a seal. None of it is to be trusted before the seal is opened. */
export interface Envelope {
  value: string
  /** The number of the key that sealed it. */
  keyId: string
  expires: number
}

/**
 * The form of an iron-session 8 cookie: an Fe26.2 seal and the cookie's version,
 * `Fe26.2*id*salt*iv*data*expiration*hmacSalt*hmac~2`.
 */
const SEAL = /^Fe26\.2\*(\w*)\*[\da-f]{1,128}\*[\w-]{22}\*[\w-]+\*(\d{0,16})\*[\da-f]{1,128}\*[\w-]{43}~2$/

/** Longer than any cookie a browser keeps or iron-session writes. */
const LONGEST = 4096

/** Seals open a moment longer than they say: iron's allowance for clocks that differ. */
const SKEW = 60_000

/**
 * Seals JSON text with iron-session.
 * @param keys the first seals
 * @param ttl seconds; 0: it never ends
 */
export async function seal(
  text: string,
  keys: readonly string[],
  ttl: number,
): Promise<{ value: string; expires: number }> {
  // iron-session numbers its passwords from the oldest and seals with the highest number.
  const password = Object.fromEntries(keys.map((key, at) => [keys.length - at, key]))
  const value = await sealData(JSON.parse(text), { password, ttl })
  const expires = value.split('*', 6)[5]!
  return { value, expires: toTime(expires) }
}

/**
 * Looks at a cookie's value without any cryptography.
 * @returns `undefined` for what no key could open: too long, of another form, expired
 */
export function readEnvelope(value: string): Envelope | undefined {
  if (value.length > LONGEST) return undefined
  const parts = SEAL.exec(value)
  if (parts === null) return undefined
  const expires = toTime(parts[2]!)
  return isExpired(expires) ? undefined : { value, keyId: parts[1]!, expires }
}

/**
 * Opens a seal with whichever key made it. The number inside the seal is not trusted to find the key, since it
 * counts the keys of the day it was sealed.
 * @returns `undefined` when it was tampered with, made with another key, or holds no data. Never rejects
 */
export async function unseal(
  { value, keyId, expires }: Envelope,
  keys: readonly string[],
): Promise<Opened | undefined> {
  for (const key of keys) {
    const data = await openWith(key, keyId, value)
    if (!isObject(data)) return undefined
    // What iron-session answers for a wrong key.
    if (Object.keys(data).length > 0) return { text: JSON.stringify(data), expires }
  }
  return undefined
}

export function isExpired(expires: number): boolean {
  return expires <= Date.now() - SKEW
}

async function openWith(key: string, keyId: string, value: string): Promise<unknown> {
  try {
    // `ttl` plays no part in opening. A seal without a number is looked up as "default".
    return await unsealData(value, { password: { [keyId || 'default']: key }, ttl: 0 })
  } catch {
    // The signature is right and the content is not: sealed by a program of ours that was wrong.
    return undefined
  }
}

function toTime(expiration: string): number {
  return expiration === '' ? Infinity : Number(expiration)
}

function isObject(data: unknown): data is object {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
