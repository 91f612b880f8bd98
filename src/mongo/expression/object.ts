import { fail } from '../bson/errors.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { valueOf } from './constant.ts'
import { isNullish, typeOf } from './missing.ts'
import { exactly, readNamed, variadic } from './operands.ts'
import { printValue } from './print.ts'
import type { CompileOperator, Expression, OperatorTable, Scope } from './types.ts'

function mergeObjects(values: readonly (Value | undefined)[]): Value {
  const merged: Doc = new Map()
  for (const value of values) mergeInto(merged, value)
  return merged
}

/** Adds a document's fields, the later ones winning; null adds nothing. */
export function mergeInto(merged: Doc, value: Value | undefined): void {
  if (isNullish(value)) return
  if (!isDoc(value)) {
    const found = printValue(value)
    fail(40400, `$mergeObjects requires object inputs, but input ${found} is of type ${typeOf(value)}`)
  }
  for (const [name, each] of value) merged.set(name, each)
}

function objectToArray(value: Value | undefined): Value {
  if (isNullish(value)) return null
  if (!isDoc(value)) return fail(40390, `$objectToArray requires a document input, found: ${typeOf(value)}`)
  return [...value].map(
    ([k, v]) =>
      new Map<string, Value>([
        ['k', k],
        ['v', v],
      ]),
  )
}

function arrayToObject(value: Value | undefined): Value {
  if (isNullish(value)) return null
  if (!Array.isArray(value))
    return fail(40386, `$arrayToObject requires an array input, found: ${typeOf(value)}`)
  const object: Doc = new Map()
  const [first] = value
  if (first === undefined) return object
  if (!Array.isArray(first) && !isDoc(first)) {
    return fail(40398, `Unrecognised input type format for $arrayToObject: ${typeOf(first)}`)
  }
  for (const element of value) {
    const pairs = Array.isArray(first)
    const [key, each] = pairs ? readPair(element) : readKeyValue(element)
    if (key.includes('\0')) fail(pairs ? 4940400 : 4940401, 'Key field cannot contain an embedded null byte')
    object.set(key, each)
  }
  return object
}

const CONSISTENT =
  '$arrayToObject requires a consistent input format. Elements mustall be arrays or all be objects.'

function readPair(element: Value): [key: string, value: Value] {
  if (!Array.isArray(element))
    return fail(40396, `${CONSISTENT} Array was detected, now found: ${typeOf(element)}`)
  const [key, value] = element
  if (element.length !== 2 || value === undefined) {
    const found = element.length
    return fail(40397, `$arrayToObject requires an array of size 2 arrays,found array of size: ${found}`)
  }
  if (typeof key === 'string') return [key, value]
  const words = '$arrayToObject requires an array of key-value pairs, where the key must be of type string.'
  return fail(40395, `${words} Found key type: ${typeOf(key)}`)
}

function readKeyValue(element: Value): [key: string, value: Value] {
  if (!isDoc(element)) return fail(40391, `${CONSISTENT} Object was detected, now found: ${typeOf(element)}`)
  if (element.size !== 2) {
    const words = "$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:"
    fail(40392, `${words}${element.size}`)
  }
  const key = element.get('k')
  const value = element.get('v')
  if (key === undefined || value === undefined) {
    const words = "$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys from:"
    return fail(40393, `${words} ${printValue(element)}`)
  }
  if (typeof key === 'string') return [key, value]
  const words =
    "$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be of type string."
  return fail(40394, `${words} Found type: ${typeOf(key)}`)
}

/** The field's name for `$getField`: an expression. */
function compileField(value: Value, scope: Scope): Expression {
  // {$getField: 'a'} names the field a; '$a' there would be a path.
  const field = scope.compile(value)
  const wrong = (code: number, found: Value | undefined): never =>
    fail(code, `$getField requires 'field' to evaluate to type String, but got ${typeOf(found)}`)
  if (field.constant) return typeof valueOf(field) === 'string' ? field : wrong(5654602, valueOf(field))
  return (doc, variables) => {
    const found = field(doc, variables)
    return typeof found === 'string' ? found : wrong(3041704, found)
  }
}

/** The field's name for `$setField` and `$unsetField`: a text that stands there, or one behind `$literal`. */
function readFieldName(value: Value, scope: Scope, name: string): string {
  const field = scope.compile(value)
  if (typeof value === 'string' && value.startsWith('$')) {
    const words = `'${value}' is a field path reference which is not allowed in this context.`
    return fail(4161108, `${words} Did you mean {$literal: '${value}'}?`)
  }
  const [operator] = isDoc(value) ? value.keys() : []
  if (Array.isArray(value) || (isDoc(value) && operator !== '$literal' && operator !== '$const')) {
    const words = "requires 'field' to evaluate to a constant, but got a non-constant argument"
    return fail(4161106, `${name} ${words}`)
  }
  const found = valueOf(field)
  if (typeof found === 'string') return found
  return fail(4161107, `${name} requires 'field' to evaluate to type String, but got ${typeOf(found)}`)
}

const compileGetField: CompileOperator = (operand, scope, name) => {
  const spec = isDoc(operand) && !firstIsOperator(operand) ? operand : undefined
  if (spec) {
    readNamed(spec, name, {
      required: { field: 3041702, input: 3041703 },
      notObject: [3041701],
      unknown: [3041701, (op, what) => `${op} found an unknown argument: ${what}`],
      missing: (op, what) => `${op} requires '${what}' to be specified`,
    })
  }
  const field = compileField(spec ? (spec.get('field') as Value) : operand, scope)
  const input = scope.compile(spec ? (spec.get('input') as Value) : '$$CURRENT')
  return (doc, variables) => {
    const key = field(doc, variables) as string
    const from = input(doc, variables)
    if (isNullish(from)) return from === undefined ? undefined : null
    return isDoc(from) ? from.get(key) : undefined
  }
}

function firstIsOperator(object: Doc): boolean {
  const [first] = object.keys()
  return first?.startsWith('$') ?? false
}

const compileSetField: CompileOperator = (operand, scope, name) => {
  const removing = name === '$unsetField'
  const named = readNamed(operand, name, {
    required: removing
      ? { field: 4161102, input: 4161109 }
      : { field: 4161102, value: 4161103, input: 4161109 },
    notObject: [4161100],
    unknown: [4161101, (op, what) => `${op} found an unknown argument: ${what}`],
    missing: (op, what) => `${op} requires '${what}' to be specified`,
  })
  const field = readFieldName(named.get('field') as Value, scope, name)
  const input = scope.compile(named.get('input') as Value)
  const value = removing ? undefined : scope.compile(named.get('value') as Value)
  return (doc, variables) => {
    const from = input(doc, variables)
    if (isNullish(from)) return null
    if (!isDoc(from)) {
      return fail(4161105, "$setField requires 'input' to evaluate to type Object")
    }
    const changed: Doc = new Map(from)
    const next = value?.(doc, variables)
    if (next === undefined) changed.delete(field)
    else changed.set(field, next)
    return changed
  }
}

export const objectOperators: OperatorTable = {
  $mergeObjects: variadic(mergeObjects),
  $objectToArray: exactly(1, ([value]) => objectToArray(value)),
  $arrayToObject: exactly(1, ([value]) => arrayToObject(value)),
  $getField: compileGetField,
  $setField: compileSetField,
  $unsetField: compileSetField,
}
