import { fail } from '../../bson/errors.ts'
import { asNumber } from '../../bson/numeric.ts'
import { isNumber } from '../../bson/value.ts'
import type { Doc } from '../../bson/value.ts'
import { PAUSE } from '../../turn/pause.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'

/** `$sample`: as many documents by chance, in an order by chance. */
export const compileSample: CompileStage = (spec) => {
  const options = requireDoc(spec, 28745, 'the $sample stage specification must be an object')
  for (const name of options.keys()) {
    if (name !== 'size') fail(28748, `unrecognized option to $sample: ${name}`)
  }
  const size = options.get('size')
  if (size === undefined) return fail(28749, '$sample stage must specify a size')
  if (!isNumber(size)) return fail(28746, 'size argument to $sample must be a number')
  const most = Math.trunc(asNumber(size))
  if (!(most > 0)) fail(28747, 'size argument to $sample must be a positive integer')
  return function* sample(source) {
    // A reservoir: every document has the same chance, and only the sample is in memory.
    const kept: Doc[] = []
    let seen = 0
    for (const doc of source) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      seen++
      if (kept.length < most) kept.push(doc)
      else {
        const place = Math.floor(Math.random() * seen)
        if (place < most) kept[place] = doc
      }
    }
    for (let last = kept.length - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1))
      ;[kept[last], kept[other]] = [kept[other] as Doc, kept[last] as Doc]
    }
    yield* kept
  }
}
