import { randomBytes } from 'node:crypto'

const LEAST_LENGTH = 32
const LEAST_DIFFERENT = 10
const KNOWN_PLACEHOLDER = /^(?:insecure|development|dev-|change[-_ ]?me|replace|your[-_ ]|secret|example)/i

/** Why a key must not seal sessions in production, or undefined when it may. */
export function weaknessOf(key: string): string | undefined {
  if (key.length < LEAST_LENGTH) return `it has ${key.length} characters, ${LEAST_LENGTH} are needed`
  if (KNOWN_PLACEHOLDER.test(key)) return 'it reads like a placeholder'
  if (new Set(key).size < LEAST_DIFFERENT) return `it has fewer than ${LEAST_DIFFERENT} different characters`
  return undefined
}

/** A new key, of 256 random bits. */
export function createSecretKey(): string {
  return randomBytes(32).toString('base64url')
}
