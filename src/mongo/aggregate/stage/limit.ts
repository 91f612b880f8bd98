import { fail } from '../../bson/errors.ts'
import { isNumber } from '../../bson/value.ts'
import type { Value } from '../../bson/value.ts'
import { integerOf } from '../../expression/number.ts'
import { printValue } from '../../expression/print.ts'
import { PAUSE } from '../../turn/pause.ts'
import type { CompileStage } from '../types.ts'

/** The number of a `$limit` or `$skip`. */
export function readAmount(spec: Value, name: '$limit' | '$skip'): number {
  const code = name === '$limit' ? 5107201 : 5107200
  const because = `invalid argument to ${name} stage:`
  if (!isNumber(spec)) return fail(code, `${because} Expected a number in: ${name}: ${printValue(spec)}`)
  const amount = integerOf(spec)
  if (amount === undefined) {
    return fail(code, `${because} Expected an integer: ${name}: ${printValue(spec)}`)
  }
  if (amount < 0n) fail(code, `${because} Expected a non-negative number in: ${name}: ${printValue(spec)}`)
  if (amount === 0n && name === '$limit') fail(15958, 'the limit must be positive')
  return Number(amount)
}

/** `$limit`: stops its source as soon as it has enough. */
export const compileLimit: CompileStage = (spec) => {
  const most = readAmount(spec, '$limit')
  return function* limit(source) {
    let count = 0
    for (const doc of source) {
      yield doc
      if (doc !== PAUSE && ++count >= most) return
    }
  }
}

/** `$skip`. */
export const compileSkip: CompileStage = (spec) => {
  const first = readAmount(spec, '$skip')
  return function* skip(source) {
    let count = 0
    for (const doc of source) if (doc === PAUSE || count++ >= first) yield doc
  }
}
