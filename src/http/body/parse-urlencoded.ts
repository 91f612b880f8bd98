import type { BodyLimits } from './limits.ts'

/** The pairs of a url-encoded form, in order, as flat strings. */
export declare function parseUrlencoded(
  bytes: Buffer,
  limits: Pick<BodyLimits, 'fields' | 'fieldSize'>,
  charset?: string,
): [string, string][]
