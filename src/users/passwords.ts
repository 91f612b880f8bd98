import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

/** 32 MiB and three rounds, of the settings that OWASP's Password Storage Cheat Sheet holds equal (2^17, 8, 1) the one that asks for less memory. */
const COST = { ln: 15, r: 8, p: 3 } as const
const BYTES = 32
/** PHC string format: `$scrypt$ln=15,r=8,p=3$salt$hash`, in base64 without padding. */
const HASH = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z\d+/]{22,86})\$([A-Za-z\d+/]{43,86})$/
/** What a stored hash may ask for; more would let whoever can write one stop the site. */
const MOST = { ln: 20, r: 32, p: 16 } as const

type Cost = Readonly<Record<keyof typeof COST, number>>

/**
 * The hash of a password, to be stored in its place: scrypt with a salt of its own (RFC 7914), in a worker thread of Node.
 *
 * @param password any text; equal ways of writing one letter are one (NFKC, as NIST SP 800-63B asks)
 * @returns text that says how it was made, about 90 characters
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, COST, BYTES)
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${toBase64(salt)}$${toBase64(key)}`
}

/**
 * Whether a password is the one a hash was made of.
 *
 * @param stored what `hashPassword` gave. Without one (no such user, no password) the answer is `false` and takes as
 *   long, so that nobody learns from the time who has an account
 */
export async function verifyPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const [, ln, r, p, salt, hash] = HASH.exec(stored ?? '') ?? []
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (hash === undefined || salt === undefined || !isAffordable(cost)) {
    await derive(password, randomBytes(16), COST, BYTES)
    return false
  }
  const expected = Buffer.from(hash, 'base64')
  const key = await derive(password, Buffer.from(salt, 'base64'), cost, expected.length)
  return timingSafeEqual(key, expected)
}

function isAffordable(cost: Cost): boolean {
  return (Object.keys(MOST) as (keyof Cost)[]).every((part) => cost[part] >= 1 && cost[part] <= MOST[part])
}

function derive(password: string, salt: Buffer, { ln, r, p }: Cost, length: number): Promise<Buffer> {
  const N = 2 ** ln
  // Node's own bound is below what these ask for: 128 N r, and a little.
  const options: ScryptOptions = { N, r, p, maxmem: 128 * r * (N + p) + 1024 * 1024 }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, length, options, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}

function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
