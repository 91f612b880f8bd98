import { fail, type MongoError } from '../../bson/errors.ts'
import { printBson } from '../../bson/print.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import { asNumber, Collection } from '../../collection/collection.ts'
import type { Data } from '../../collection/data.ts'
import type { Index } from '../../index/index-state.ts'
import { readExpiry, readIndexSpec } from '../../index/spec.ts'
import { isTruthy, type Arguments } from '../arguments.ts'
import { checkNested, type Fields } from '../check-arguments.ts'
import type { Command, Request } from '../command.ts'
import { reply } from '../replies.ts'
import { checkViewPipeline, readValidation } from './create.ts'

export const collMod: Command = {
  name: 'collMod',
  stable: true,
  fields: {
    index: 'object',
    validator: 'object',
    validationLevel: 'string',
    validationAction: 'string',
    viewOn: 'string',
    pipeline: 'array',
    cappedSize: 'number',
    cappedMax: 'number',
    dryRun: 'bool',
    changeStreamPreAndPostImages: 'any',
    expireAfterSeconds: 'any',
    timeseries: 'any',
    recordPreImages: 'any',
  },
  run(request, args) {
    const { store, db } = request
    const target = store.catalog.find(db, args.collection) ?? fail(26, 'ns does not exist')
    if (!(target instanceof Collection)) {
      const viewOn = args.string('viewOn') ?? target.viewOn
      const pipeline = args.array('pipeline') ?? target.pipeline
      if (args.has('index') || args.has('validator')) fail(72, 'option not supported on a view')
      checkViewPipeline(request, target.name, viewOn, pipeline, target.options)
      store.catalog.replaceView(
        target,
        new Map<string, Value>([...target.options, ['viewOn', viewOn], ['pipeline', [...pipeline]]]),
      )
      return reply({})
    }
    if (args.has('viewOn') || args.has('pipeline')) fail(72, 'option only supported on a view: viewOn')
    undoWith(store.data, target)
    const wanted = args.doc('index')
    const changes = wanted ? changeIndex(target, readIndexChange(wanted), args.bool('dryRun')) : {}
    changeOptions(request, args, target)
    store.catalog.save(target)
    store.data.commit()
    return reply(changes)
  },
}

/** What is changed in memory goes back when it cannot be written. */
function undoWith(data: Data, target: Collection): void {
  const { options } = target
  const specs = target.indexes.map(({ spec }) => spec)
  data.undoWith(() => {
    target.options = options
    for (const [at, index] of target.indexes.entries()) index.spec = specs[at] ?? index.spec
  })
}

function changeOptions(request: Request, args: Arguments, target: Collection): void {
  const options: Doc = new Map(target.options)
  readValidation(request, args, options, 'collMod')
  for (const [field, option] of [
    ['cappedSize', 'size'],
    ['cappedMax', 'max'],
  ] as const) {
    if (!args.has(field)) continue
    if (!target.capped) fail(72, 'Collection must be capped.')
    options.set(option, args.value(field) as Value)
  }
  if (options.get('validator') instanceof Map && (options.get('validator') as Doc).size === 0)
    options.delete('validator')
  target.options = options
}

const INDEX: Fields = {
  name: 'string',
  keyPattern: 'object',
  expireAfterSeconds: 'number',
  hidden: 'bool',
  unique: 'bool',
  prepareUnique: 'bool',
  forceNonUnique: 'bool',
}

/** The index to change and what to change in it. @throws MongoError 72, 14, 40415 */
function readIndexChange(wanted: Doc): Doc {
  const args = checkNested('collMod.index', wanted, INDEX)
  if (args.has('name') && args.has('keyPattern')) fail(72, 'Cannot specify both key pattern and name.')
  if (!args.has('name') && !args.has('keyPattern')) {
    fail(72, 'Must specify either index name or key pattern.')
  }
  if (wanted.size < 2) fail(72, 'no expireAfterSeconds, hidden, unique, or prepareUnique field')
  return wanted
}

function checkExpiry(target: Collection, index: Index, seconds: Value): void {
  try {
    readExpiry(seconds)
  } catch (error) {
    fail(72, (error as MongoError).message)
  }
  if (index.spec.expireAfterSeconds !== undefined) return
  if (index === target.idIndex) fail(72, 'the _id field does not support TTL indexes')
  if (index.spec.fields.length > 1) {
    fail(72, 'TTL indexes are single-field indexes, compound indexes do not support TTL')
  }
}

function changeIndex(target: Collection, wanted: Doc, dryRun: boolean): Record<string, unknown> {
  const index = findIndex(target, wanted)
  const document: Doc = new Map(index.spec.document)
  const changes: Record<string, unknown> = {}
  if (wanted.has('expireAfterSeconds')) {
    const seconds = wanted.get('expireAfterSeconds') as Value
    checkExpiry(target, index, seconds)
    if (index.spec.expireAfterSeconds !== undefined)
      changes['expireAfterSeconds_old'] = document.get('expireAfterSeconds')
    changes['expireAfterSeconds_new'] = seconds
    document.set('expireAfterSeconds', seconds)
  }
  if (wanted.has('hidden')) {
    if (index === target.idIndex) fail(2, "can't hide _id index")
    const hidden = isTruthy(wanted.get('hidden'))
    if (hidden !== index.spec.hidden) {
      changes['hidden_old'] = index.spec.hidden
      changes['hidden_new'] = hidden
    }
    if (hidden) document.set('hidden', true)
    else document.delete('hidden')
  }
  if (wanted.has('unique') || wanted.has('prepareUnique')) {
    fail(
      115,
      'converting an index to unique is not supported by the embedded store; drop it and create it again',
    )
  }
  const spec = readIndexSpec(document, undefined)
  if (!dryRun) index.spec = { ...spec, collation: index.spec.collation }
  return changes
}

function findIndex(target: Collection, wanted: Doc): Index {
  const name = wanted.get('name')
  const pattern = wanted.get('keyPattern')
  const shown = typeof name === 'string' ? name : printBson(pattern)
  const [found, other] = target.indexes.filter(({ spec }) =>
    typeof name === 'string'
      ? spec.name === name
      : isDoc(pattern) && sameKey(spec.document.get('key') as Doc, pattern),
  )
  if (found && other) {
    const both = [found, other].map(({ spec }) => printBson(spec.document)).join(', ')
    fail(181, `index keyPattern ${shown} matches 2 indexes, must use index name. Conflicting indexes:${both}`)
  }
  return found ?? fail(27, `cannot find index ${shown} for ns ${target.namespace}`)
}

export function sameKey(key: Doc, other: Doc): boolean {
  const [a, b] = [[...key], [...other]]
  return (
    a.length === b.length &&
    a.every(([path, order], at) => b[at]?.[0] === path && asNumber(b[at][1]) === asNumber(order))
  )
}
