import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  dateMillis,
  DbPointer,
  Decimal128,
  type Doc,
  Double,
  isInt32,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from './value.ts'

/** A field as a server's error messages show it: `a: 1`, `b: "x"`, `_id: ObjectId('...')`. */
export function printElement(name: string, value: Value | undefined): string {
  return `${name}: ${printBson(value)}`
}

/** A value as a server's error messages show it, in the manner of the shell. */
export function printBson(value: Value | undefined): string {
  switch (typeof value) {
    case 'undefined':
      return 'EOO'
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return isInt32(value) ? String(value) : printDouble(value)
    case 'boolean':
    case 'bigint':
      return String(value)
    default:
  }
  if (value === null) return 'null'
  if (value instanceof Map) return printDoc(value)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(printBson).join(', ')} ]`
  if (value instanceof Double) return printDouble(value.value)
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`
  if (value instanceof Date) return `new Date(${dateMillis(value)})`
  if (value instanceof Decimal128) return value.toString()
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`
  if (value instanceof Binary && value.sub_type === 4 && value.length() === 16)
    return `UUID("${value.toUUID().toHexString()}")`
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`
  if (value instanceof MinKey) return 'MinKey'
  if (value instanceof MaxKey) return 'MaxKey'
  if (value instanceof Code) return value.code
  if (value instanceof DbPointer) return `DBRef('${value.namespace}',${value.id.toHexString()})`
  return value instanceof BSONSymbol ? JSON.stringify(value.value) : 'undefined'
}

/** A document as a server's error messages show it: `{ a: 1, b: "x" }`. */
export function printDoc(doc: Doc): string {
  if (doc.size === 0) return '{}'
  return `{ ${[...doc].map(([name, value]) => printElement(name, value)).join(', ')} }`
}

function printDouble(n: number): string {
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'nan.0' : n > 0 ? 'inf.0' : '-inf.0'
  const text = Object.is(n, -0) ? '-0' : sixteenDigits(n)
  return text.includes('.') ? text : `${text}.0`
}

/** A finite number as C's %.16g writes it: the exponent has a sign and at least two digits. */
export function sixteenDigits(n: number): string {
  const [, exponent] = n.toExponential(15).split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 16) {
    const text = n.toFixed(15 - power)
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text
  }
  const digits = n
    .toExponential(15)
    .split('e')[0]!
    .replace(/\.?0+$/, '')
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
