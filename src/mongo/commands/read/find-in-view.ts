import { fail } from '../../bson/errors.ts'
import type { Doc, Value } from '../../bson/value.ts'
import type { View } from '../../catalog/view.ts'
import type { Arguments } from '../arguments.ts'
import type { Reply, Request } from '../command.ts'
import { runAggregate } from './aggregate.ts'

/** A find on a view is the pipeline of the view and the find's parts as stages. @throws MongoError 167 */
export function findInView(request: Request, args: Arguments, view: View): Reply | Promise<Reply> {
  for (const option of ['min', 'max', 'returnKey', 'showRecordId', 'tailable']) {
    if (args.value(option) !== undefined && args.value(option) !== false) {
      fail(167, `Option ${option} not supported on view`)
    }
  }
  const stages: Doc[] = []
  const add = (stage: string, value: Value | undefined, wanted: boolean): void => {
    if (wanted && value !== undefined) stages.push(new Map([[stage, value]]))
  }
  const limit = args.natural('limit') ?? 0
  add('$match', args.doc('filter'), (args.doc('filter')?.size ?? 0) > 0)
  add('$sort', args.doc('sort'), (args.doc('sort')?.size ?? 0) > 0)
  add('$skip', args.natural('skip'), (args.natural('skip') ?? 0) > 0)
  add('$limit', limit, limit > 0)
  add('$project', args.doc('projection'), (args.doc('projection')?.size ?? 0) > 0)
  return runAggregate(request, view.name, stages, {
    hint: args.hint(),
    collation: args.value('collation'),
    batchSize: args.natural('batchSize'),
  })
}
