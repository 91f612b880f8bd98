import { compareValues, identicalValues } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { typeName } from '../bson/type.ts'
import { isDoc, Timestamp, type Value } from '../bson/value.ts'
import { type MakeModifier, type Modifier, REMOVED } from './modifier.ts'

/** $set. */
export const set: MakeModifier = (operand) => ({
  create: () => operand,
  update: (current) => (identicalValues(current, operand) ? current : operand),
})

/** $setOnInsert: $set for the document an upsert makes. */
export const setOnInsert: MakeModifier = (operand, path, context) => ({
  ...set(operand, path, context),
  insertOnly: true,
})

/** $unset: takes the field away; an element of an array becomes null. */
export const unset: MakeModifier = () => ({ update: () => REMOVED, lenient: true })

/** $min: the lesser of the field and the operand. */
export const min: MakeModifier = (operand, _, { collation }) =>
  choose(operand, (current) => compareValues(operand, current, collation) < 0)

/** $max: the greater of the two. */
export const max: MakeModifier = (operand, _, { collation }) =>
  choose(operand, (current) => compareValues(operand, current, collation) > 0)

function choose(operand: Value, wins: (current: Value) => boolean): Modifier {
  return { create: () => operand, update: (current) => (wins(current) ? operand : current) }
}

/** $currentDate: the moment of the command, as a date or a timestamp. */
export const currentDate: MakeModifier = (operand, _, { now }) => {
  const isDate = readDateType(operand)
  const value = (): Value => (isDate ? now : new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }))
  return { create: value, update: value }
}

function readDateType(operand: Value): boolean {
  if (typeof operand === 'boolean') return true
  if (!isDoc(operand)) {
    fail(
      2,
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    )
  }
  for (const name of operand.keys())
    if (name !== '$type') fail(2, `Unrecognized $currentDate option: ${name}`)
  const type = operand.get('$type')
  if (type !== 'date' && type !== 'timestamp') {
    fail(
      2,
      "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
    )
  }
  return type === 'date'
}
