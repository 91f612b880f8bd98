import { fail } from '../../bson/errors.ts'
import type { Doc, Value } from '../../bson/value.ts'
import type { View } from '../../catalog/view.ts'
import type { Arguments } from '../arguments.ts'
import type { Reply, Request } from '../command.ts'
import { runAggregate } from './aggregate.ts'

/** A find on a view is the pipeline of the view and the find's parts as stages. @throws MongoError 168 */
export function findInView(request: Request, args: Arguments, view: View): Reply | Promise<Reply> {
  const limit = args.natural('limit') ?? 0
  checkOptions(args, limit)
  const stages: Doc[] = []
  const add = (stage: string, value: Value | undefined, wanted: boolean): void => {
    if (wanted && value !== undefined) stages.push(new Map([[stage, value]]))
  }
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

/** What no pipeline knows. */
function checkOptions(args: Arguments, limit: number): void {
  const unsupported = (what: string): never => fail(168, `${what} not supported in aggregation.`)
  for (const option of ['min', 'max']) if ((args.doc(option)?.size ?? 0) > 0) unsupported(`Option ${option}`)
  for (const option of ['returnKey', 'showRecordId']) if (args.bool(option)) unsupported(`Option ${option}`)
  if (args.bool('tailable')) fail(168, 'Tailable cursors are not supported in aggregation.')
  for (const option of ['noCursorTimeout', 'allowPartialResults']) {
    if (args.bool(option)) unsupported(`Option ${option}`)
  }
  if (args.doc('sort')?.has('$natural')) unsupported('Sort option $natural')
  if (args.bool('singleBatch') && limit !== 1) unsupported('Option singleBatch')
}
