import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** What a seal held: the JSON of the data, and when it ends in milliseconds (`Infinity`: never). */
export interface Opened {
  text: string
  expires: number
}

/**
 * The form of an iron-session 8 cookie: an Fe26.2 seal and the cookie's version,
 * `Fe26.2*id*salt*iv*data*expiration*hmacSalt*hmac~2`.
 */
const SEAL =
  /^(Fe26\.2\*(\w*)\*([\da-f]{1,128})\*([\w-]{22})\*([\w-]+)\*(\d{0,16}))\*([\da-f]{1,128})\*([\w-]{43})~2$/

/** Longer than any cookie a browser keeps or iron-session writes. */
const LONGEST = 4096

/** Seals a moment longer than they say: iron's allowance for clocks that differ. */
const SKEW = 60_000

/**
 * Seals JSON text as iron-session 8 does. It is done with node:crypto and not with iron-session itself because
 * that goes through WebCrypto: nine trips to the thread pool for a cookie of a few hundred bytes. Tests hold the
 * two equal in both directions.
 * @param keys the first seals
 * @param expires milliseconds since 1970, `Infinity` for never
 */
export function seal(text: string, keys: readonly string[], expires: number): string {
  const key = keys[0]!
  const salt = randomBytes(32).toString('hex')
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', derive(key, salt), iv)
  const data = cipher.update(text, 'utf8', 'base64url') + cipher.final('base64url')
  // iron-session numbers its passwords and seals with the highest number.
  const base = `Fe26.2*${keys.length}*${salt}*${iv.toString('base64url')}*${data}*${Number.isFinite(expires) ? expires : ''}`
  const hmacSalt = randomBytes(32).toString('hex')
  return `${base}*${hmacSalt}*${digest(base, key, hmacSalt)}~2`
}

/**
 * Opens a seal with whichever key made it. The number inside the seal is not trusted to find the key, since it
 * counts the keys of the day it was sealed.
 * @returns `undefined` when it is malformed, tampered with, expired or made with another key
 */
export function unseal(value: string, keys: readonly string[], now: number): Opened | undefined {
  if (value.length > LONGEST) return undefined
  const parts = SEAL.exec(value)
  if (parts === null) return undefined
  const [, base, , salt, iv, data, expiration, hmacSalt, hmac] = parts as unknown as string[]
  const expires = expiration === '' ? Infinity : Number(expiration)
  if (isExpired(expires, now)) return undefined
  const key = keys.find((candidate) => isEqual(digest(base!, candidate, hmacSalt!), hmac!))
  if (key === undefined) return undefined
  try {
    const decipher = createDecipheriv('aes-256-cbc', derive(key, salt!), Buffer.from(iv!, 'base64url'))
    return { text: decipher.update(data!, 'base64url', 'utf8') + decipher.final('utf8'), expires }
  } catch {
    // The signature is right and the content is not: sealed by a program of ours that was wrong.
    return undefined
  }
}

export function isExpired(expires: number, now: number): boolean {
  return expires <= now - SKEW
}

function derive(key: string, salt: string): Buffer {
  // One round, as iron does: the key is a long random secret, no password that could be guessed.
  return pbkdf2Sync(key, salt, 1, 32, 'sha1')
}

function digest(base: string, key: string, salt: string): string {
  return createHmac('sha256', derive(key, salt)).update(base).digest('base64url')
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
