import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Value } from '../../bson/value.ts'
import type { CompileStage } from '../types.ts'
import { compileGroup } from './group.ts'
import { compileSort } from './sort.ts'

/** `$sortByCount`: groups by an expression, the largest first. */
export const compileSortByCount: CompileStage = (spec, context, sub) => {
  const [first] = isDoc(spec) ? spec.keys() : []
  const words = 'the sortByCount field must be defined as a $-prefixed path or an expression inside an object'
  if (isDoc(spec)) {
    if (!first?.startsWith('$')) fail(40147, words)
  } else if (typeof spec !== 'string') {
    fail(40149, 'the sortByCount field must be specified as a string or as an object')
  } else if (!spec.startsWith('$')) fail(40148, words)
  const count: Value = new Map([['$sum', 1]])
  const group = compileGroup(
    new Map<string, Value>([
      ['_id', spec],
      ['count', count],
    ]),
    context,
    sub,
  )
  const sort = compileSort(new Map([['count', -1]]), context, sub)
  return (source) => sort(group(source))
}
