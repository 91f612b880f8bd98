import { asNumber } from '../../collection/collection.ts'
import { decode } from '../../bson/codec.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import { choosePlan } from '../../plan/choose.ts'
import { runPlan } from '../../plan/run.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import type { Command } from '../command.ts'
import { drain, whenDone } from '../../turn/drain.ts'
import { evalContext } from '../context.ts'
import { reply } from '../replies.ts'
import { findSource, isView } from '../targets.ts'
import { runAggregate } from './aggregate.ts'

export const count: Command = {
  name: 'count',
  stable: true,
  endsWithClient: true,
  fields: {
    query: 'object',
    limit: 'number',
    skip: 'number',
    hint: 'any',
    collation: 'object',
    fields: 'any',
  },
  run(request, args) {
    const source = findSource(request.store, request.db, args.collection)
    const limit = Math.abs(args.number('limit') ?? 0) || Infinity
    const skip = args.natural('skip') ?? 0
    const query = args.doc('query') ?? new Map<string, Value>()
    const shown = (all: number): Doc => reply({ n: Math.min(Math.max(0, all - skip), limit) })
    if (isView(source)) {
      const stages: Doc[] = [new Map([['$match', query]]), new Map([['$count', 'n']])]
      const outcome = runAggregate(request, source.name, stages, { collation: args.value('collation') })
      return whenDone(outcome, (found) => shown(countIn(found as Buffer)))
    }
    const context = evalContext(request, source, args.value('collation'))
    const filter = compileFilter(query, context)
    if (!source) return shown(0)
    const plan = choosePlan(source, { filter, hint: args.hint(), collation: context.collation })
    if (query.size === 0 && plan.kind === 'scan') return shown(source.counters.count)
    let all = 0
    const found = drain(runPlan(source, plan, filter, context), request.turn, () => ++all < skip + limit)
    return whenDone(found, () => shown(all))
  },
}

function countIn(reply: Buffer): number {
  const cursor = decode(reply).get('cursor')
  const batch = isDoc(cursor) ? cursor.get('firstBatch') : undefined
  const first = Array.isArray(batch) ? batch[0] : undefined
  return isDoc(first) ? (asNumber(first.get('n')) ?? 0) : 0
}
