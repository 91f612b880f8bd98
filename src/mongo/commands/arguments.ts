import { decode } from '../bson/codec.ts'
import type { Members } from '../bson/decode.ts'
import { fail } from '../bson/errors.ts'
import { typeName } from '../bson/type.ts'
import { Binary, Double, isDoc, isNumber, type Doc, type Value } from '../bson/value.ts'
import { isWellFormed } from '../bson/well-formed.ts'

/** The fields of a command, checked. */
export class Arguments {
  private readonly command: string
  private readonly body: Doc
  private readonly sequences: ReadonlyMap<string, Buffer[]>
  private readonly inline: Members | undefined

  /** @param inline the documents of the field `documents` as they came, if it is in the body */
  constructor(
    command: string,
    body: Doc,
    sequences: ReadonlyMap<string, Buffer[]>,
    inline: Members | undefined,
  ) {
    this.command = command
    this.body = body
    this.sequences = sequences
    this.inline = inline
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

  /**
   * The bytes of the documents to insert, and what they hold unless all are well-formed and of common types only.
   * @throws MongoError 22, 15 for bytes that are no document
   */
  raw(): { readonly bytes: readonly Buffer[]; readonly docs: readonly Doc[] | undefined } {
    const { inline } = this
    const beside = this.sequences.get('documents')
    if (beside) {
      const isPlain = beside.every((bytes) => isWellFormed(bytes, 0, bytes.length))
      return { bytes: beside, docs: isPlain ? undefined : beside.map(decode) }
    }
    return { bytes: inline?.bytes ?? [], docs: inline?.plain ? undefined : this.documents('documents') }
  }
}

export function isTruthy(value: Value | undefined): boolean {
  if (isNumber(value)) return Number(value instanceof Double ? value.value : value) !== 0
  return value === true
}
