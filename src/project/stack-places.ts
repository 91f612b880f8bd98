import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Place } from '../base/errors.ts'

const FRAME = /^\s+at (?:.*? \()?(?:async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/

/** The places of a stack trace, innermost first, without those inside Node. */
export function stackPlaces(error: unknown): Place[] {
  const stack = error instanceof Error ? error.stack : undefined
  if (typeof stack !== 'string') return []
  return stack.split('\n').flatMap((line) => {
    const [, location, row, column] = FRAME.exec(line) ?? []
    const file = location === undefined ? undefined : asPath(location)
    return file === undefined ? [] : [{ file, line: Number(row), column: Number(column) }]
  })
}

function asPath(location: string): string | undefined {
  try {
    const path = location.startsWith('file:') ? fileURLToPath(location.replace(/\?.*$/, '')) : location
    return isAbsolute(path) ? path : undefined
  } catch {
    return undefined
  }
}
