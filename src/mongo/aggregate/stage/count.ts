import { fail } from '../../bson/errors.ts'
import { toInteger } from '../../bson/value.ts'
import { PAUSE } from '../../turn/pause.ts'
import type { CompileStage } from '../types.ts'

/** `$count`: one document, or none when there was none to count. */
export const compileCount: CompileStage = (spec) => {
  if (typeof spec !== 'string') return fail(40156, 'the count field must be a non-empty string')
  if (spec === '') fail(40157, 'the count field must be a non-empty string')
  if (spec.startsWith('$')) fail(40158, 'the count field cannot be a $-prefixed path')
  if (spec.includes('\0')) fail(40159, 'the count field cannot contain a null byte')
  if (spec.includes('.')) fail(40160, "the count field cannot contain '.'")
  return function* count(source) {
    let total = 0n
    for (const doc of source) {
      if (doc === PAUSE) yield PAUSE
      else total++
    }
    if (total > 0n) yield new Map([[spec, toInteger(total)]])
  }
}
