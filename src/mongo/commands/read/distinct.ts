import { compareValues, hashKey } from '../../bson/compare.ts'
import { encode } from '../../bson/codec.ts'
import { fail } from '../../bson/errors.ts'
import { valuesAt } from '../../bson/path.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { choosePlan } from '../../plan/choose.ts'
import { runPlan } from '../../plan/run.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import type { Arguments } from '../arguments.ts'
import type { Command, Request } from '../command.ts'
import { drain, whenDone } from '../../turn/drain.ts'
import { PAUSE, type Pause, type Paced } from '../../turn/pause.ts'
import { evalContext } from '../context.ts'
import { reply } from '../replies.ts'
import { findSource, isView } from '../targets.ts'
import { MAX_DOCUMENT_BYTES } from '../../bson/limits.ts'
import { checkViewCollation, viewCollation } from './view.ts'
import { pipelineContext } from './pipeline-context.ts'

export const distinct: Command = {
  name: 'distinct',
  endsWithClient: true,
  fields: { key: 'string!', query: 'object', collation: 'object', hint: 'any' },
  run(request, args) {
    const key = checkKey(args)
    const source = findSource(request.store, request.db, args.collection)
    const wanted = args.value('collation')
    if (isView(source)) checkViewCollation(viewCollation(source), wanted)
    const context = isView(source)
      ? evalContext(request, undefined, viewCollation(source))
      : evalContext(request, source, wanted)
    const query = args.doc('query') ?? new Map<string, Value>()
    const filter = compileFilter(query, context)
    const found = new Map<string, Value>()
    const take = (doc: Doc): boolean => {
      for (const value of valuesAt(doc, key, false)) {
        for (const one of Array.isArray(value) ? value : [value]) {
          if (one === undefined) continue
          const hash = hashKey(one, context.collation)
          if (!found.has(hash)) found.set(hash, one)
        }
      }
      return true
    }
    return whenDone(drain(documents(), request.turn, take), () => {
      const answer = reply({
        values: [...found.values()].sort((a, b) => compareValues(a, b, context.collation)),
      })
      if (encode(answer).length > MAX_DOCUMENT_BYTES) fail(17217, 'distinct too big, 16mb cap')
      return answer
    })

    function* documents(): Generator<Doc | Pause, void> {
      if (!source) return
      if (isView(source)) {
        yield* viewDocuments(request, source.name, query, context)
        return
      }
      const plan = choosePlan(source, { filter, hint: args.hint(), collation: context.collation })
      for (const one of runPlan(source, plan, filter, context)) yield one === PAUSE ? PAUSE : one.doc
    }
  },
}

export function checkKey(args: Arguments): string {
  const key = args.string('key') as string
  if (key === '') fail(40352, 'FieldPath cannot be constructed with empty string')
  if (key.includes('\0')) fail(31032, 'Key field cannot contain an embedded null byte')
  return key
}

function viewDocuments(
  request: Request,
  view: string,
  query: Doc,
  context: ReturnType<typeof evalContext>,
): Paced<Doc> {
  return pipelineContext(request, view, context).read(view, query)
}
