import { makeCollation, type Collation } from '../bson/collation.ts'
import { fail } from '../bson/errors.ts'
import { printBson, printElement } from '../bson/print.ts'
import { typeName } from '../bson/type.ts'
import { Double, isDoc, isNumber, type Doc, type Value } from '../bson/value.ts'

/** One indexed field: its path, and whether it ascends. */
export interface IndexField {
  readonly path: string
  readonly parts: readonly string[]
  readonly direction: 1 | -1
}

/** What an index specification says, read once. */
export interface IndexSpec {
  readonly name: string
  readonly fields: readonly IndexField[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly hidden: boolean
  readonly partial: Doc | undefined
  readonly expireAfterSeconds: number | undefined
  readonly collation: Collation | undefined
  /** As listIndexes shows it. */
  readonly document: Doc
}

/** Options that only describe, kept as they are; text and geo options belong to refused kinds of index. */
const OPTIONS: ReadonlySet<string> = new Set([
  'v',
  'key',
  'name',
  'ns',
  'unique',
  'sparse',
  'hidden',
  'partialFilterExpression',
  'expireAfterSeconds',
  'collation',
  'background',
  'storageEngine',
  'prepareUnique',
  'clustered',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'bucketSize',
  'wildcardProjection',
  'dropDups',
])

/** The default name: fields and directions joined, `a_1_b_-1`. */
export function indexName(key: Doc): string {
  return [...key].map(([path, direction]) => `${path}_${printDirection(direction)}`).join('_')
}

/**
 * Reads an index specification as createIndexes got it.
 *
 * @param inherited the collection's collation, which an index without one takes
 * @throws MongoError 67 CannotCreateIndex, 197 for unknown options, 14 and 2 for wrong ones
 */
export function readIndexSpec(given: Doc, inherited: Doc | undefined): IndexSpec {
  for (const option of given.keys()) {
    if (!OPTIONS.has(option)) {
      fail(
        197,
        `The field '${option}' is not valid for an index specification. Specification: ${printBson(given)}`,
      )
    }
  }
  const key = given.get('key')
  if (!isDoc(key)) fail(14, `The field 'key' must be an object, but got ${typeName(key)}`)
  const fields = readFields(key)
  const version = readVersion(given)
  const name = given.get('name') ?? indexName(key)
  if (typeof name !== 'string') fail(14, `The field 'name' must be a string, but got ${typeName(name)}`)
  if (name === '') fail(67, 'index names cannot be empty')
  if (name.includes('\0')) fail(67, 'index name cannot contain NUL bytes')
  if (name === '*') fail(2, "The index name '*' is not valid.")
  refuseOptionsOfOtherKinds(given)
  const isId = fields.length === 1 && fields[0]?.path === '_id'
  const unique = flag(given, 'unique')
  const sparse = flag(given, 'sparse')
  const hidden = flag(given, 'hidden')
  if (isId && fields[0]?.direction === -1) {
    fail(2, "The field 'key' for an _id index must be {_id: 1}, but got {_id: -1}")
  }
  if (isId) {
    for (const option of ['unique', 'sparse', 'hidden', 'partialFilterExpression', 'expireAfterSeconds']) {
      if (option === 'hidden' && hidden) fail(2, "can't hide _id index")
      if (given.has(option)) {
        fail(
          197,
          `The field '${option}' is not valid for an _id index specification. Specification: ${printBson(given)}`,
        )
      }
    }
  }
  if (given.get('clustered') === true)
    fail(115, 'clustered indexes are not supported by the embedded store; use a MongoDB server')
  const partial = given.get('partialFilterExpression')
  if (partial !== undefined && !isDoc(partial))
    fail(14, `The field 'partialFilterExpression' must be an object, but got ${typeName(partial)}`)
  if (partial && sparse) fail(67, 'cannot mix "partialFilterExpression" and "sparse" options')
  const seconds = given.get('expireAfterSeconds')
  const expire = seconds === undefined ? undefined : readExpiry(seconds)
  if (expire !== undefined && fields.length > 1)
    fail(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL.')
  const collation = collationOf(given, inherited)
  const document: Doc = new Map<string, Value>([
    ['v', version],
    ['key', key],
    ['name', name],
  ])
  if (unique) document.set('unique', true)
  if (sparse) document.set('sparse', true)
  if (hidden) document.set('hidden', true)
  if (partial) document.set('partialFilterExpression', partial)
  if (expire !== undefined) document.set('expireAfterSeconds', seconds as Value)
  if (collation) document.set('collation', collation.spec)
  if (flag(given, 'background')) document.set('background', true)
  return {
    name,
    fields,
    unique: unique || isId,
    sparse,
    hidden,
    partial,
    expireAfterSeconds: expire,
    collation,
    document,
  }
}

function refuseOptionsOfOtherKinds(given: Doc): void {
  if (given.has('wildcardProjection')) {
    fail(2, "The field 'wildcardProjection' is only allowed in 'wildcard' indexes")
  }
  if (given.has('weights')) {
    fail(
      67,
      `Invalid index specification ${printBson(given)}; the field 'weights' can only be specified with text indexes`,
    )
  }
}

/** Versions 1 and 2 are one here but for their number, as nothing they differ in is kept. */
function readVersion(given: Doc): number {
  const version = given.get('v') ?? 2
  if (!isNumber(version)) fail(14, `The field 'v' must be a number, but got ${typeName(version)}`)
  const number = version instanceof Double ? version.value : Number(version)
  if (!Number.isInteger(number))
    fail(2, `Index version must be representable as a 32-bit integer, but got ${number}`)
  if (number !== 1 && number !== 2)
    fail(67, `Invalid index specification ${printBson(given)}; cannot create an index with v=${number}`)
  return number
}

function readFields(key: Doc): IndexField[] {
  if (key.size === 0) fail(67, 'Index keys cannot be empty.')
  if (key.size > 32) fail(13103, 'too many compound keys')
  return [...key].map(([path, value]) => {
    if (path === '') fail(67, 'Index keys cannot be an empty field.')
    const parts = path.split('.')
    if (parts.includes('')) fail(67, 'Index keys cannot contain an empty field.')
    if (path === '$**' || path.endsWith('.$**'))
      fail(67, 'wildcard indexes are not supported by the embedded store; use a MongoDB server')
    const dollar = parts.find((part) => part.startsWith('$') && !['$id', '$ref', '$db'].includes(part))
    if (dollar) fail(67, `Index key contains an illegal field name: field name starts with '$'.`)
    return { path, parts, direction: directionOf(value) }
  })
}

function directionOf(value: Value): 1 | -1 {
  if (typeof value === 'string') {
    if (
      [
        'text',
        '2d',
        '2dsphere',
        'geoHaystack',
        'hashed',
        'columnstore',
        'queryable_encrypted_range',
      ].includes(value)
    ) {
      fail(67, `${value} indexes are not supported by the embedded store; use a MongoDB server`)
    }
    fail(67, `Unknown index plugin '${value}'`)
  }
  if (!isNumber(value))
    fail(
      67,
      `Values in v:2 index key pattern cannot be of type ${typeName(value)}. Only numbers > 0, numbers < 0, and strings are allowed.`,
    )
  const number = value instanceof Double ? value.value : Number(value)
  if (Number.isNaN(number)) fail(67, 'Values in the index key pattern cannot be NaN.')
  if (number === 0) fail(67, 'Values in the index key pattern cannot be 0.')
  return number > 0 ? 1 : -1
}

function flag(given: Doc, name: string): boolean {
  const value = given.get(name)
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  if (isNumber(value)) return Number(value instanceof Double ? value.value : value) !== 0
  return fail(
    14,
    `The field '${name} has value ${printElement(name, value)}, which is not convertible to bool`,
  )
}

/** Seconds until documents expire. @throws MongoError 67 */
export function readExpiry(value: Value): number {
  if (!isNumber(value))
    fail(
      67,
      `TTL index 'expireAfterSeconds' option must be numeric, but received a type of ${typeName(value)}.`,
    )
  const seconds = value instanceof Double ? value.value : Number(value)
  if (seconds < 0) fail(67, `TTL index 'expireAfterSeconds' option cannot be less than 0`)
  if (seconds > 2_147_483_647)
    fail(67, "TTL index 'expireAfterSeconds' option must be within an acceptable range")
  return Number.isNaN(seconds) ? 2_147_483_647 : seconds
}

function collationOf(given: Doc, inherited: Doc | undefined): Collation | undefined {
  const value = given.get('collation')
  if (value === undefined) return inherited && makeCollation(inherited)
  if (!isDoc(value)) return fail(14, `The field 'collation' must be an object, but got ${typeName(value)}`)
  if (value.size === 0) return fail(2, "The field 'collation' cannot be an empty object.")
  return makeCollation(value)
}

function printDirection(direction: Value): string {
  if (direction instanceof Double) return String(direction.value)
  return typeof direction === 'string' ? direction : printBson(direction)
}
