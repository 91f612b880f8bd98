import { makeCollation } from '../../bson/collation.ts'
import { encode } from '../../bson/codec.ts'
import { fail } from '../../bson/errors.ts'
import { printBson } from '../../bson/print.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import { checkCreatable } from '../../catalog/namespace.ts'
import type { View } from '../../catalog/view.ts'
import { Collection } from '../../collection/collection.ts'
import { compilePipeline } from '../../aggregate/pipeline.ts'
import { readIndexSpec } from '../../index/spec.ts'
import { compileValidator } from '../../validate/compile-validator.ts'
import type { Arguments } from '../arguments.ts'
import type { Command, Request } from '../command.ts'
import { evalContext } from '../context.ts'
import { reply } from '../replies.ts'
import { pipelineContext } from '../read/pipeline-context.ts'
import { checkViewGraph } from './check-view-graph.ts'

export const create: Command = {
  name: 'create',
  stable: true,
  fields: {
    capped: 'bool',
    autoIndexId: 'bool',
    idIndex: 'object',
    size: 'number',
    max: 'number',
    storageEngine: 'object',
    validator: 'object',
    validationLevel: 'string',
    validationAction: 'string',
    indexOptionDefaults: 'object',
    viewOn: 'string',
    pipeline: 'array',
    collation: 'object',
    changeStreamPreAndPostImages: 'object',
    timeseries: 'object',
    clusteredIndex: 'any',
    expireAfterSeconds: 'any',
    encryptedFields: 'object',
    temp: 'bool',
    flags: 'any',
  },
  run(request, args) {
    const { store, db } = request
    const name = args.collection
    checkCreatable(db, name)
    for (const option of ['timeseries', 'clusteredIndex', 'encryptedFields', 'expireAfterSeconds']) {
      if (args.has(option))
        fail(115, `${option} collections are not supported by the embedded store; use a MongoDB server`)
    }
    const options = args.has('viewOn') ? viewOptions(request, args, name) : collectionOptions(request, args)
    const existing = store.catalog.find(db, name)
    if (existing) {
      const view = !(existing instanceof Collection)
      if (view === args.has('viewOn') && encode(existing.options).equals(encode(options))) return reply({})
      fail(48, `${view ? 'A view' : 'Collection'} ${db}.${name} already exists.`)
    }
    if (args.has('viewOn')) createView(request, name, options)
    else store.catalog.create(db, name, options)
    return reply({})
  },
}

function collectionOptions(request: Request, args: Arguments): Doc {
  const options: Doc = new Map()
  if (args.has('pipeline')) fail(72, "'pipeline' requires 'viewOn' to also be specified")
  if (args.bool('capped')) {
    const size = args.number('size')
    if (!size || size < 1) fail(72, "the 'size' field is required when 'capped' is true")
    options.set('capped', true)
    options.set('size', cappedSize(size))
    const max = args.number('max')
    if (max !== undefined && max > 0) options.set('max', toValue(max))
  } else if (args.has('size') || args.has('max')) {
    fail(72, `the 'capped' field needs to be true when either the 'size' or 'max' fields are present`)
  }
  readValidation(request, args, options, 'create')
  const collation = args.doc('collation')
  if (collation) {
    if (collation.size === 0) fail(2, "The field 'collation' cannot be an empty object.")
    const made = makeCollation(collation)
    if (made) options.set('collation', made.spec)
  }
  const idIndex = args.doc('idIndex')
  if (idIndex) checkIdIndex(idIndex, options.get('collation') as Doc | undefined)
  return options
}

/** What is said of the index of `_id` has to be what it is. @throws MongoError 9, 2, 197 */
function checkIdIndex(given: Doc, collation: Doc | undefined): void {
  if (!given.has('key')) fail(9, "The 'key' field is a required property of an index specification")
  if (!given.has('name')) fail(9, "The 'name' field is a required property of an index specification")
  const { fields, collation: own, document } = readIndexSpec(given, collation)
  if (fields.length !== 1 || fields[0]?.path !== '_id') {
    fail(2, `The field 'key' for an _id index must be {_id: 1}, but got ${printBson(document.get('key'))}`)
  }
  if (!sameCollation(own?.spec, collation)) {
    fail(2, "'idIndex' must have the same collation as the collection.")
  }
}

function sameCollation(a: Doc | undefined, b: Doc | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && encode(a).equals(encode(b)))
}

/** As a server does: a multiple of 256 bytes. @throws MongoError 2 beyond a petabyte */
export function cappedSize(size: number): Value {
  if (size > 2 ** 50) fail(2, 'Invalid capped size in collection options')
  return toValue(Math.ceil(size / 256) * 256)
}

/** The validation options of create and collMod. @throws MongoError 2 */
export function readValidation(request: Request, args: Arguments, options: Doc, command: string): void {
  const validator = args.doc('validator')
  if (validator) {
    if (validator.size > 0) compileValidator(validator, { now: request.now })
    if (['admin', 'local', 'config'].includes(request.db)) {
      fail(72, `Document validators are not allowed on collection in the ${request.db} database`)
    }
    options.set('validator', validator)
  }
  setOneOf(args, options, command, 'validationLevel', ['off', 'strict', 'moderate'])
  setOneOf(args, options, command, 'validationAction', ['error', 'warn', 'errorAndLog'])
}

function setOneOf(
  args: Arguments,
  options: Doc,
  command: string,
  name: string,
  allowed: readonly string[],
): void {
  const value = args.string(name)
  if (value === undefined) return
  if (!allowed.includes(value)) {
    fail(2, `Enumeration value '${value}' for field '${command}.${name}' is not a valid value.`)
  }
  options.set(name, value)
}

function viewOptions(request: Request, args: Arguments, name: string): Doc {
  for (const option of [
    'capped',
    'size',
    'max',
    'validator',
    'validationLevel',
    'validationAction',
    'autoIndexId',
    'idIndex',
  ]) {
    if (args.has(option)) fail(72, `option not supported on a view: ${option}`)
  }
  const viewOn = args.string('viewOn') as string
  if (viewOn === '') fail(2, "'viewOn' cannot be empty")
  const pipeline = args.array('pipeline') ?? []
  const options: Doc = new Map<string, Value>([
    ['viewOn', viewOn],
    ['pipeline', pipeline],
  ])
  const collation = args.doc('collation')
  const made = collation && makeCollation(collation)
  if (made) options.set('collation', made.spec)
  checkViewPipeline(request, name, viewOn, pipeline, options)
  return options
}

/** @throws MongoError what the stages throw, 167 for a stage that writes, and what `checkViewGraph` throws */
export function checkViewPipeline(
  request: Request,
  name: string,
  viewOn: string,
  pipeline: readonly Value[],
  options: Doc,
): void {
  const stages = pipeline.map((stage) =>
    isDoc(stage) ? stage : fail(14, "Each element of the 'pipeline' array must be an object"),
  )
  for (const stage of stages) {
    for (const forbidden of ['$out', '$merge', '$changeStream']) {
      if (stage.has(forbidden))
        fail(167, `The aggregation stage ${forbidden} is not allowed in a view definition`)
    }
  }
  compilePipeline(stages, pipelineContext(request, viewOn, evalContext(request, undefined)))
  const view: View = { ident: 0, db: request.db, name, viewOn, pipeline: stages, options }
  checkViewGraph(request.store, view)
}

function createView({ store, db }: Request, name: string, options: Doc): void {
  store.catalog.createView(db, name, options)
}

function toValue(number: number): Value {
  return Number.isInteger(number) && Math.abs(number) > 2_147_483_647 ? BigInt(number) : number
}
