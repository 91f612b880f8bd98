import { decode, encode } from '../bson/codec.ts'
import { fail } from '../bson/errors.ts'
import { typeName } from '../bson/type.ts'
import { Binary, Double, isDoc, isNumber, UNDEFINED, type Doc, type Value } from '../bson/value.ts'

type Kind = 'string' | 'bool' | 'number' | 'object' | 'array' | 'any'

/** The fields of a command and what they may hold; a trailing `!` makes one required. */
export type Fields = Readonly<Record<string, Kind | `${Kind}!`>>

/** What any command may carry; the dispatcher reads what matters of it. */
const COMMON: ReadonlySet<string> = new Set([
  '$db',
  '$readPreference',
  '$clusterTime',
  'lsid',
  'txnNumber',
  'startTransaction',
  'autocommit',
  'stmtId',
  'stmtIds',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'maxTimeMSOpOnly',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  '$audit',
  '$client',
  '$configServerState',
  '$queryOptions',
  '$oplogQueryData',
  '$replData',
  'shardVersion',
  'databaseVersion',
  'coordinator',
  'clientOperationKey',
  'usesDefaultMaxTimeMS',
  'help',
  'rawData',
  '$traceCtx',
  'mayBypassWriteBlocking',
])

const EXPECTED: Record<Kind, string> = {
  string: "type 'string'",
  bool: "types '[bool, long, int, decimal, double]'",
  number: "types '[long, int, decimal, double]'",
  object: "type 'object'",
  array: "type 'array'",
  any: '',
}

/** The fields of a command, checked. */
export class Arguments {
  private readonly command: string
  private readonly body: Doc
  private readonly sequences: ReadonlyMap<string, Buffer[]>
  private readonly inline: readonly Buffer[] | undefined

  /**
   * @param inline the documents of the field `documents` as they came, if it is in the body
   * @throws MongoError 40415 for an unknown field, 40414 for a missing one, 14 for one of the wrong type
   */
  constructor(
    command: string,
    body: Doc,
    sequences: ReadonlyMap<string, Buffer[]>,
    fields: Fields,
    lenient = false,
    inline?: readonly Buffer[],
  ) {
    this.command = command
    this.body = body
    this.sequences = sequences
    this.inline = inline
    const { kinds, required } = known(fields)
    let first = true
    for (const [name, value] of body) {
      if (first) {
        first = false
        continue
      }
      const kind = kinds.get(name)
      if (kind) checkKind(command, name, kind, value)
      else if (!lenient && !COMMON.has(name))
        fail(40415, `BSON field '${command}.${name}' is an unknown field.`)
    }
    for (const name of required) {
      // Null is as good as nothing, but where it is a value like any other.
      const isGiven = kinds.get(name) === 'any' ? body.has(name) : (body.get(name) ?? UNDEFINED) !== UNDEFINED
      if (!isGiven && !sequences.has(name)) {
        fail(40414, `BSON field '${command}.${name}' is missing but a required field`)
      }
    }
  }

  /** The value of the command's own field: mostly a collection's name. */
  get target(): Value {
    return this.body.values().next().value as Value
  }

  /** The collection the command names. @throws MongoError 73, 14 */
  get collection(): string {
    const { target } = this
    if (target instanceof Binary) fail(73, `Collection UUIDs are not supported by the embedded store`)
    if (typeof target !== 'string') fail(73, `collection name has invalid type ${typeName(target)}`)
    return target
  }

  has(name: string): boolean {
    const value = this.body.get(name)
    return value !== undefined && value !== null
  }

  value(name: string): Value | undefined {
    return this.body.get(name)
  }

  string(name: string): string | undefined {
    return (this.body.get(name) ?? undefined) as string | undefined
  }

  doc(name: string): Doc | undefined {
    return (this.body.get(name) ?? undefined) as Doc | undefined
  }

  array(name: string): Value[] | undefined {
    return (this.body.get(name) ?? undefined) as Value[] | undefined
  }

  bool(name: string, otherwise = false): boolean {
    const value = this.body.get(name)
    return value === undefined || value === null ? otherwise : isTruthy(value)
  }

  number(name: string): number | undefined {
    const value = this.body.get(name)
    if (!isNumber(value)) return undefined
    return Math.trunc(Number(value instanceof Double ? value.value : value))
  }

  /** A number that may not be negative. @throws MongoError 51024 */
  natural(name: string): number | undefined {
    const number = this.number(name)
    if (number !== undefined && number < 0) {
      fail(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`)
    }
    return number
  }

  /** An index's name or key. */
  hint(name = 'hint'): string | Doc | undefined {
    const value = this.body.get(name)
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string' || isDoc(value)) return value
    return fail(9, 'Hint must be a string or an object')
  }

  /** The documents of a field, sent in the command or beside it. */
  documents(name: string): Doc[] {
    const beside = this.sequences.get(name)
    if (beside) return beside.map(decode)
    return (this.array(name) ?? []).map((item, at) =>
      isDoc(item)
        ? item
        : fail(
            14,
            `BSON field '${this.command}.${name}.${at}' is the wrong type '${typeName(item)}', expected type 'object'`,
          ),
    )
  }

  /** The bytes of the documents to insert: sent beside the command, they are not decoded yet. */
  raw(): { readonly bytes: readonly Buffer[]; readonly docs: readonly Doc[] | undefined } {
    const beside = this.sequences.get('documents')
    if (beside) return { bytes: beside, docs: undefined }
    const docs = this.documents('documents')
    // A field that comes twice counts as it came last.
    const { inline } = this
    return { bytes: inline?.length === docs.length ? inline : docs.map(encode), docs }
  }
}

interface Known {
  readonly kinds: ReadonlyMap<string, Kind>
  readonly required: readonly string[]
}

const tables = new WeakMap<Fields, Known>()

/** Asked of every command that comes, so made once for each kind. */
function known(fields: Fields): Known {
  let table = tables.get(fields)
  if (!table) {
    const given = Object.entries(fields)
    table = {
      kinds: new Map(given.map(([name, kind]) => [name, kind.replace('!', '') as Kind])),
      required: given.filter(([, kind]) => kind.endsWith('!')).map(([name]) => name),
    }
    tables.set(fields, table)
  }
  return table
}

function checkKind(command: string, name: string, kind: Kind, value: Value): void {
  if (kind === 'any' || value === null) return
  const fits =
    (kind === 'string' && typeof value === 'string') ||
    (kind === 'bool' && (typeof value === 'boolean' || isNumber(value))) ||
    (kind === 'number' && isNumber(value)) ||
    (kind === 'object' && isDoc(value)) ||
    (kind === 'array' && Array.isArray(value))
  if (!fits)
    fail(
      14,
      `BSON field '${command}.${name}' is the wrong type '${typeName(value)}', expected ${EXPECTED[kind]}`,
    )
}

export function isTruthy(value: Value | undefined): boolean {
  if (isNumber(value)) return Number(value instanceof Double ? value.value : value) !== 0
  return value === true
}
