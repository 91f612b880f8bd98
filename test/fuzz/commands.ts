import * as fc from 'fast-check'
import { encode } from '../../src/mongo/bson/codec.ts'
import { toDoc } from '../../src/mongo/bson/plain.ts'
import { isDoc, type Doc, type Value } from '../../src/mongo/bson/value.ts'
import { frame } from '../../src/mongo/wire/frames.ts'
import { value } from '../mongo/bson/arbitrary.ts'
import { templates } from './templates.ts'

/** A message for the store, and whether it is one: what is none may end its connection. */
export interface FuzzedMessage {
  bytes: Buffer
  isFramed: boolean
}

interface Change {
  /** Which of all the values of a command. */
  at: number
  how: 'replace' | 'remove' | 'rename' | 'wrap' | 'array' | 'double'
  value: Value
  name: string
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(40),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'rename', 'wrap', 'array', 'double'),
  value: fc.oneof(
    value,
    fc.constantFrom<Value>(
      0,
      -1,
      1,
      '',
      '$a',
      '$$ROOT',
      '$',
      'a.',
      '.a',
      2 ** 31,
      Number.NaN,
      true,
      null,
      [],
    ),
  ),
  name: fc.constantFrom(
    'a',
    '$set',
    '$eq',
    '$',
    '',
    '_id',
    'a.b',
    '$gt',
    '$sum',
    '$literal',
    '__proto__',
    'let',
    '$match',
    '$regex',
    '$map',
  ),
})

/** The command with one of its values changed, counted through from its beginning; its own name stays. */
function applied(doc: Doc, { at, how, value: given, name }: Change): Doc {
  let left = at
  const walk = (one: Value, depth: number): Value => {
    if (isDoc(one)) {
      const copy: Doc = new Map()
      for (const [key, each] of one) {
        const isOwn = depth === 0 && copy.size === 0
        if (left-- !== 0 || isOwn || key === '$db') copy.set(key, walk(each, depth + 1))
        else if (how === 'replace') copy.set(key, given)
        else if (how === 'rename') copy.set(name, each)
        else if (how === 'wrap') copy.set(key, new Map([[name, each]]))
        else if (how === 'array') copy.set(key, [each, given])
        else if (how === 'double') copy.set(key, each).set(name, given)
      }
      return copy
    }
    return Array.isArray(one)
      ? one.map((each) => (left-- === 0 && how === 'replace' ? given : walk(each, depth + 1)))
      : one
  }
  return walk(doc, 0) as Doc
}

const command: fc.Arbitrary<Doc> = fc
  .tuple(fc.constantFrom(...templates), fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([template, changes]) => changes.reduce(applied, template))

const FLAGS = Buffer.alloc(4)
const opMsg = (sections: readonly Buffer[], flags: Buffer = FLAGS): Buffer =>
  frame(0, 2013, 7, [flags, ...sections])
const bodyOf = (doc: Doc): Buffer => Buffer.concat([Buffer.from([0]), encode(doc)])

const sound = command.map((doc): FuzzedMessage => ({ bytes: opMsg([bodyOf(doc)]), isFramed: true }))

/** One whose documents lie beside it, as drivers send many. */
const sequenced = fc
  .tuple(fc.array(value, { maxLength: 3 }), fc.constantFrom('documents', 'updates', 'deletes', 'ops', ''))
  .map(([values, name]): FuzzedMessage => {
    const docs = values.map((each) => encode(isDoc(each) ? each : new Map([['a', each]])))
    const kind = name === 'updates' ? 'update' : name === 'deletes' ? 'delete' : 'insert'
    const content = Buffer.concat([Buffer.from(`${name}\0`), ...docs])
    const size = Buffer.alloc(4)
    size.writeInt32LE(content.length + 4)
    const body = bodyOf(toDoc({ [kind]: 'rows', $db: 'fuzz' }))
    return { bytes: opMsg([body, Buffer.from([1]), size, content]), isFramed: true }
  })

/** A sound one with other bytes behind its header, or cut, or longer than it says. */
const broken = fc
  .tuple(
    command,
    fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('inside', 'inside', 'inside', 'head', 'cut', 'more'),
  )
  .map(([doc, bytes, how]): FuzzedMessage => {
    const whole = Buffer.from(opMsg([bodyOf(doc)]))
    const from = how === 'head' ? 0 : 16
    for (const [at, byte] of bytes) whole[from + (at % (whole.length - from))] = byte
    if (how === 'cut') return { bytes: whole.subarray(0, whole.length >> 1), isFramed: false }
    if (how === 'more') return { bytes: Buffer.concat([whole, whole.subarray(3, 40)]), isFramed: false }
    return { bytes: whole, isFramed: false }
  })

const garbage = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes): FuzzedMessage => ({ bytes: Buffer.from(bytes), isFramed: false }))

export const fuzzedMessages: fc.Arbitrary<FuzzedMessage[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: sound },
    { weight: 2, arbitrary: sequenced },
    { weight: 3, arbitrary: broken },
    { weight: 1, arbitrary: garbage },
  ),
  { minLength: 3, maxLength: 8 },
)
