import { fail, type MongoError } from '../bson/errors.ts'
import { printElement } from '../bson/print.ts'
import { asBigInt, fitsInt64 } from '../bson/numeric.ts'
import { Binary, isNumber, type Value } from '../bson/value.ts'
import { naturalOperand } from './integer-operand.ts'
import { leaf, type Test } from './predicate.ts'
import type { FieldOperator } from './scope.ts'

/** $bitsAllSet, $bitsAllClear, $bitsAnySet, $bitsAnyClear over integers and binary data. */
export const bitsAllSet: FieldOperator = bits('$bitsAllSet', (set, count) => set === count)
export const bitsAllClear: FieldOperator = bits('$bitsAllClear', (set) => set === 0)
export const bitsAnySet: FieldOperator = bits('$bitsAnySet', (set) => set > 0)
export const bitsAnyClear: FieldOperator = bits('$bitsAnyClear', (set, count) => set < count)

function bits(name: string, holds: (set: number, count: number) => boolean): FieldOperator {
  return (path, operand) => {
    const positions = parsePositions(name, operand)
    const test: Test = (value) => {
      const isSet = bitReader(value)
      if (isSet === undefined) return false
      let set = 0
      for (const position of positions) if (isSet(position)) set++
      return holds(set, positions.length)
    }
    return leaf(path, name, operand, test)
  }
}

function bitReader(value: Value | undefined): ((position: number) => boolean) | undefined {
  if (value instanceof Binary) {
    const { buffer, position: size } = value
    return (position) => position >> 3 < size && ((buffer[position >> 3]! >> (position & 7)) & 1) === 1
  }
  if (!isNumber(value)) return undefined
  const whole = asBigInt(value)
  if (whole === undefined || !fitsInt64(whole)) return undefined
  // Past the 64th bit the sign goes on.
  return (position) => ((whole >> BigInt(Math.min(position, 63))) & 1n) === 1n
}

function parsePositions(name: string, operand: Value): readonly number[] {
  if (Array.isArray(operand)) return operand.map((item, i) => parsePosition(item, i))
  if (operand instanceof Binary) {
    const isSet = bitReader(operand)!
    return Array.from({ length: operand.position * 8 }, (_, i) => i).filter(isSet)
  }
  if (!isNumber(operand)) {
    fail(2, `${name} takes an Array, a number, or a BinData but received: ${printElement(name, operand)}`)
  }
  const mask = naturalOperand(name, operand)
  return Array.from({ length: 64 }, (_, i) => i).filter((i) => ((mask >> BigInt(i)) & 1n) === 1n)
}

function parsePosition(item: Value, i: number): number {
  let whole: bigint
  try {
    whole = naturalOperand(String(i), item)
    if (whole > 2147483647n) fail(9, `Cannot represent ${printElement(String(i), item)} in an int`)
  } catch (error) {
    return fail(2, `Failed to parse bit position. ${(error as MongoError).message}`)
  }
  return Number(whole)
}
