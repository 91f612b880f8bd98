import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { fail } from '../../bson/errors.ts'
import { printElement } from '../../bson/print.ts'
import { toDoc } from '../../bson/plain.ts'
import { Binary, isDoc, type Doc, type Value } from '../../bson/value.ts'
import type { Request } from '../command.ts'
import { describeOperations } from '../describe-operations.ts'
import { collectionStats } from '../collection-stats.ts'
import { findSource, isView } from '../targets.ts'

/** What the store tells of itself in a pipeline's first stage. */
export function stageInfo(request: Request, name: string | undefined, stage: string, spec: Value): Doc[] {
  const { store, db } = request
  switch (stage) {
    case '$indexStats':
      if (!isDoc(spec) || spec.size > 0) {
        fail(28803, 'The $indexStats stage specification must be an empty object')
      }
      return indexStats(request, name)
    case '$collStats': {
      checkStatistics(spec)
      const source = name === undefined ? undefined : findSource(store, db, name)
      if (isView(source)) return fail(166, `${db}.${name} is a view, not a collection`)
      if (!source) return fail(26, `Unable to retrieve stats: ns does not exist: ${db}.${name}`)
      const wanted = isDoc(spec) ? spec : new Map<string, Value>()
      const doc: Doc = toDoc({ ns: `${db}.${name}`, host: hostname(), localTime: request.now })
      if (wanted.has('storageStats')) doc.set('storageStats', toDoc(collectionStats(source, 1)))
      if (wanted.has('count')) doc.set('count', source.counters.count)
      if (wanted.has('latencyStats')) {
        const none = { ops: 0n, latency: 0n }
        doc.set('latencyStats', toDoc({ reads: none, writes: none, commands: none, transactions: none }))
      }
      return [doc]
    }
    case '$listLocalSessions':
      return ownSession(request)
    case '$listSessions':
      if (`${db}.${name}` !== 'config.system.sessions') {
        fail(73, '$listSessions may only be run against config.system.sessions')
      }
      return ownSession(request)
    case '$currentOp':
      if (db !== 'admin' || name !== undefined) {
        fail(73, "$currentOp must be run against the 'admin' database with {aggregate: 1}")
      }
      return [...describeOperations(request)]
    default:
      return fail(115, `${stage} is not supported by the embedded store; use a MongoDB server`)
  }
}

const STATISTICS = ['latencyStats', 'storageStats', 'count', 'queryExecStats']

function checkStatistics(spec: Value): void {
  if (!isDoc(spec)) {
    return fail(40166, `$collStats must take a nested object but found: ${printElement('$collStats', spec)}`)
  }
  for (const name of spec.keys()) {
    if (!STATISTICS.includes(name)) fail(40415, `BSON field '$collStats.${name}' is an unknown field.`)
  }
}

/** Sessions are not kept: the one that is asked in is known to be alive. */
function ownSession({ body, now }: Request): Doc[] {
  const lsid = body.get('lsid')
  if (!isDoc(lsid)) return []
  const nobody = createHash('sha256').digest()
  return [toDoc({ _id: new Map([...lsid, ['uid', new Binary(nobody)]]), lastUse: now })]
}

function indexStats({ store, db }: Request, name: string | undefined): Doc[] {
  const source = name === undefined ? undefined : findSource(store, db, name)
  if (!source || isView(source)) return []
  return source.indexes.map(({ spec, uses, since }) =>
    toDoc({
      name: spec.name,
      key: spec.document.get('key'),
      host: hostname(),
      accesses: { ops: BigInt(uses), since },
      spec: spec.document,
    }),
  )
}
