import type { Place } from '../base/errors.ts'
import { stackPlaces } from '../project/index.ts'
import type { QueryRun } from './record.ts'

/**
 * The innermost line of the project on the way to a command.
 * @param root the project's folder
 */
export function queryPlace({ origin }: QueryRun, root: string): Place | undefined {
  return stackPlaces(origin).find(
    ({ file }) => file.startsWith(root) && !file.slice(root.length).includes('node_modules'),
  )
}
