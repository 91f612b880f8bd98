import { addToSet } from './add-to-set.ts'
import { inc, mul } from './arithmetic.ts'
import { bit } from './bit.ts'
import { currentDate, max, min, set, setOnInsert, unset } from './fields.ts'
import type { MakeModifier } from './modifier.ts'
import { pop, pull, pullAll } from './pull.ts'
import { push } from './push.ts'

/** The operators of an update; $rename, which has two paths, is compiled apart. */
export const updateOperators: ReadonlyMap<string, MakeModifier> = new Map([
  ['$set', set],
  ['$setOnInsert', setOnInsert],
  ['$unset', unset],
  ['$inc', inc],
  ['$mul', mul],
  ['$min', min],
  ['$max', max],
  ['$currentDate', currentDate],
  ['$bit', bit],
  ['$push', push],
  ['$addToSet', addToSet],
  ['$pop', pop],
  ['$pull', pull],
  ['$pullAll', pullAll],
])
