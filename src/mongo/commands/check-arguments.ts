import type { Members } from '../bson/decode.ts'
import { fail } from '../bson/errors.ts'
import { typeName } from '../bson/type.ts'
import { isDoc, isNumber, UNDEFINED, type Doc, type Value } from '../bson/value.ts'
import { NO_SEQUENCES } from '../wire/op-msg.ts'
import { Arguments } from './arguments.ts'

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

/**
 * The fields of a command, checked.
 *
 * @param inline the documents of the field `documents` as they came, if it is in the body
 * @throws MongoError 40415 for an unknown field, 40414 for a missing one, 14 for one of the wrong type
 */
export function checkArguments(
  command: string,
  body: Doc,
  sequences: ReadonlyMap<string, Buffer[]>,
  fields: Fields,
  lenient = false,
  inline?: Members,
): Arguments {
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
  return new Arguments(command, body, sequences, inline)
}

/** The same for a document within a command, which has no field of its own first. */
export function checkNested(command: string, doc: Doc, fields: Fields): Arguments {
  return checkArguments(command, new Map<string, Value>([['', null], ...doc]), NO_SEQUENCES, fields)
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
