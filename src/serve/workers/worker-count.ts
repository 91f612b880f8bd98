import { availableParallelism } from 'node:os'
import { badWorkers } from '../errors.ts'

/**
 * How many workers are asked for: by `--workers`, else by WEB_CONCURRENCY.
 * @returns `undefined` when nothing asks for any
 * @throws TAO_SERVE_WORKERS for what is no such number
 */
export function workerCount(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const what = flag === undefined ? 'WEB_CONCURRENCY' : '--workers'
  const value = flag ?? env[what]
  if (value === undefined || value === '') return undefined
  if (value === 'auto') return availableParallelism()
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= 1 && number <= 256) return number
  throw badWorkers(what, JSON.stringify(value))
}
