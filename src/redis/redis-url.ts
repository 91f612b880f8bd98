import { badRedisUrl } from './errors.ts'

/** The address of a Redis server, as its client takes it and as a log may show it. */
export interface RedisAddress {
  /** A URL, or the path of a socket file. */
  readonly target: string
  /** Without a password. */
  readonly label: string
}

/**
 * Reads `redis://HOST:PORT/DB`, `rediss://...` (TLS) or `unix:/PATH`.
 *
 * @throws TAO_REDIS_URL
 */
export function readRedisUrl(url: string): RedisAddress {
  const label = url.replace(/\/\/[^@/]*@/, '//***@')
  const path = /^unix:(?:\/\/)?(\/.+)$/.exec(url)?.[1]
  if (path !== undefined) return { target: path, label }
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw badRedisUrl(label, 'it is of no known kind', {
      hint: 'Known are redis://HOST:PORT, rediss://HOST:PORT (TLS) and unix:/PATH.',
    })
  const { pathname } = new URL(url)
  if (!/^\/?\d*$/.test(pathname))
    throw badRedisUrl(label, `"${pathname.slice(1)}" is no number of a database`, {
      hint: 'Write the number after the slash, or nothing: redis://HOST:PORT/0.',
    })
  return { target: url, label }
}
