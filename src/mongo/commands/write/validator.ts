import type { EvalContext } from '../../bson/context.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileFilter } from '../../query/compile-filter.ts'

export function compileValidator(validator: Doc, context: EvalContext): (doc: Doc) => Doc | undefined {
  const filter = compileFilter(validator, context)
  return (doc) => (filter.matches(doc) ? undefined : new Map<string, Value>([['operatorName', '$and']]))
}
