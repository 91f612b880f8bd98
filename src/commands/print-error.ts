import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { formatPlace, TaoError, type Place } from '../base/errors.ts'
import type { Terminal } from '../base/terminal.ts'
import { stackPlaces } from '../project/stack-places.ts'

/**
 * Prints an error as a user wants it: what went wrong, where, and what to do. The stack is shown with `--debug` alone.
 * @returns the exit code that goes with it
 */
export function printError(err: Terminal, error: unknown, options: { debug: boolean; name: string }): number {
  const isExpected = error instanceof TaoError
  const message = error instanceof Error ? error.message || error.name : String(error)
  err.line(`${err.style(['red', 'bold'], 'error:')} ${message}`)
  const place = isExpected ? error.place : placeInUserCode(error)
  if (place !== undefined) err.line(`${err.style('dim', 'at:')}    ${formatPlace(place)}`)
  const frame = isExpected ? error.details?.['frame'] : undefined
  if (typeof frame === 'string') err.line(`\n${frame.trimEnd().replaceAll(/^/gm, '  ')}\n`)
  const hint = isExpected
    ? error.hint
    : options.debug
      ? undefined
      : `${options.name} --debug shows where it came from.`
  if (hint !== undefined) err.line(`${err.style('cyan', 'hint:')}  ${hint.replaceAll('\n', '\n       ')}`)
  if (options.debug) err.line(inspect(error, { colors: err.colours, depth: 4 }))
  return isExpected ? error.exitCode : 1
}

const ownRoot = fileURLToPath(new URL('../..', import.meta.url))

/** Where code of the site threw an error that tao knows nothing of: the innermost frame that is neither a package's nor tao's. */
function placeInUserCode(error: unknown): Place | undefined {
  return stackPlaces(error).find(
    ({ file }) => !file.startsWith(ownRoot) && !/[/\\]node_modules[/\\]/.test(file) && existsSync(file),
  )
}

/** The same for programs: what `--json` prints on stdout when a command fails. */
export function errorAsJson(error: unknown): Record<string, unknown> {
  if (!(error instanceof TaoError)) return { message: error instanceof Error ? error.message : String(error) }
  const { code, message, hint, place, details } = error
  return { code, message, hint, place, details }
}
