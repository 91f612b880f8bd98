import { addDecimals, divideDecimals } from '../../bson/decimal-arithmetic.ts'
import { fromBigInt, fromDouble, makeDecimal, parseDecimal } from '../../bson/decimal.ts'
import type { Decimal } from '../../bson/decimal.ts'
import { asNumber, fitsInt64 } from '../../bson/numeric.ts'
import { Decimal128, isInt32, isNumber, toDouble, toInteger } from '../../bson/value.ts'
import type { Numeric, Value } from '../../bson/value.ts'
import type { Accumulator } from './accumulator.ts'

const ZERO = fromBigInt(0n)

/**
 * A sum that loses nothing on the way: whole numbers exactly, doubles with a running correction (Neumaier), decimals
 * apart. The type is the widest seen; a sum of longs beyond int64 becomes a double.
 */
export class Total {
  count = 0
  #whole = 0
  #wideWhole = 0n
  #long = false
  #double = false
  #sum = 0
  #correction = 0
  #decimal: Decimal | undefined

  add(value: Numeric): void {
    this.count++
    if (typeof value === 'number' && isInt32(value)) {
      this.#whole += value
      if (!Number.isSafeInteger(this.#whole)) this.#widen(value)
    } else if (typeof value === 'bigint') {
      this.#long = true
      this.#wideWhole += value
    } else if (value instanceof Decimal128) {
      this.#decimal = addDecimals(this.#decimal ?? ZERO, parseDecimal(value))
    } else {
      this.#double = true
      this.#addDouble(asNumber(value))
    }
  }

  #widen(last: number): void {
    this.#wideWhole += BigInt(this.#whole - last) + BigInt(last)
    this.#whole = 0
  }

  #addDouble(value: number): void {
    const sum = this.#sum + value
    const larger = Math.abs(this.#sum) >= Math.abs(value)
    const lost = larger ? this.#sum - sum + value : value - sum + this.#sum
    // Beyond infinity there is nothing left to correct.
    if (Number.isFinite(lost)) this.#correction += lost
    this.#sum = sum
  }

  #wholes(): bigint {
    return this.#wideWhole + BigInt(this.#whole)
  }

  #doubles(): number {
    return Number.isFinite(this.#sum) ? this.#sum + this.#correction : this.#sum
  }

  #asDouble(): number {
    const wholes = this.#wholes()
    return this.#double ? this.#doubles() + Number(wholes) : Number(wholes)
  }

  #asDecimal(decimal: Decimal): Decimal {
    const sum = addDecimals(decimal, fromBigInt(this.#wholes()))
    return this.#double ? addDecimals(sum, fromDouble(this.#doubles())) : sum
  }

  value(): Value {
    if (this.#decimal) return makeDecimal(this.#asDecimal(this.#decimal))
    if (this.#double) return toDouble(this.#asDouble())
    const wholes = this.#wholes()
    if (!fitsInt64(wholes)) return toDouble(Number(wholes))
    return this.#long ? wholes : toInteger(wholes)
  }

  /** The total over a count; null over none. */
  over(count: number): Value {
    if (count === 0) return null
    if (!this.#decimal) return toDouble(this.#asDouble() / count)
    return makeDecimal(divideDecimals(this.#asDecimal(this.#decimal), fromBigInt(BigInt(count))))
  }
}

/** `$sum`: what is no number counts nothing. */
export function makeSum(): Accumulator {
  const total = new Total()
  return {
    add(value) {
      if (isNumber(value)) total.add(value)
    },
    result: () => total.value(),
  }
}

/** `$avg`: of the numbers only; null when there are none. */
export function makeAverage(): Accumulator {
  const total = new Total()
  return {
    add(value) {
      if (isNumber(value)) total.add(value)
    },
    result: () => total.over(total.count),
  }
}

/** `$count`. */
export function makeCount(): Accumulator {
  let count = 0n
  return {
    add() {
      count++
    },
    result: () => toInteger(count),
  }
}
