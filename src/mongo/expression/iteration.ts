import { fail } from '../bson/errors.ts'
import { isDoc } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'
import { checkBindableName } from './field-path.ts'
import { isNullish, typeOf } from './missing.ts'
import { int32Of } from './number.ts'
import { readNamed } from './operands.ts'
import { printValue } from './print.ts'
import { isTrue } from './truth.ts'
import type { CompileOperator, Expression, OperatorTable, Variables } from './types.ts'

/**
 * One map serves all elements of an array: expressions keep no map beyond their call, so refilling it is safe
 * and saves a copy an element.
 */
function refillable(variables: Variables): Map<string, Value | undefined> {
  return new Map(variables)
}

const compileLet: CompileOperator = (operand, scope, name) => {
  const named = readNamed(operand, name, {
    required: { vars: 16876, in: 16877 },
    notObject: [16874],
    unknown: [16875, (op, what) => `Unrecognized parameter to ${op}: ${what}`],
  })
  const vars = named.get('vars') as Value
  if (!isDoc(vars)) {
    const words = `invalid parameter: expected an object (vars)`
    return fail(10065, words)
  }
  const bound = [...vars].map(([variable, value]) => {
    checkBindableName(variable)
    return [variable, scope.compile(value)] as const
  })
  const body = scope.bind(vars.keys()).compile(named.get('in') as Value)
  return (doc, variables) => {
    const inner = refillable(variables)
    for (const [variable, expression] of bound) inner.set(variable, expression(doc, variables))
    return body(doc, inner)
  }
}

function nameOf(value: Value | undefined): string {
  if (value === undefined) return 'this'
  const name = typeof value === 'string' ? value : ''
  checkBindableName(name)
  return name
}

const compileMap: CompileOperator = (operand, scope, name) => {
  const named = readNamed(operand, name, {
    required: { input: 16880, in: 16882 },
    optional: ['as'],
    notObject: [16878],
    unknown: [16879, (op, what) => `Unrecognized parameter to ${op}: ${what}`],
  })
  const input = scope.compile(named.get('input') as Value)
  const variable = nameOf(named.get('as'))
  const body = scope.bind([variable]).compile(named.get('in') as Value)
  return (doc, variables) => {
    const array = input(doc, variables)
    if (isNullish(array)) return null
    if (!Array.isArray(array)) return fail(16883, `input to $map must be an array not ${typeOf(array)}`)
    const inner = refillable(variables)
    return array.map((element) => {
      inner.set(variable, element)
      return body(doc, inner) ?? null
    })
  }
}

const compileFilter: CompileOperator = (operand, scope, name) => {
  const named = readNamed(operand, name, {
    required: { input: 28648, cond: 28650 },
    optional: ['as', 'limit'],
    notObject: [28646],
    unknown: [28647, (op, what) => `Unrecognized parameter to ${op}: ${what}`],
  })
  const input = scope.compile(named.get('input') as Value)
  const variable = nameOf(named.get('as'))
  const test = scope.bind([variable]).compile(named.get('cond') as Value)
  const limit = named.has('limit') ? scope.compile(named.get('limit') as Value) : undefined
  return (doc, variables) => {
    const array = input(doc, variables)
    if (isNullish(array)) return null
    if (!Array.isArray(array)) {
      return fail(28651, `input to $filter must be an array not ${typeOf(array)}`)
    }
    if (array.length === 0) return array
    const most = limit ? readLimit(limit(doc, variables)) : Infinity
    const inner = refillable(variables)
    const kept: Value[] = []
    for (const element of array) {
      inner.set(variable, element)
      if (isTrue(test(doc, inner))) kept.push(element)
      if (kept.length >= most) break
    }
    return kept
  }
}

function readLimit(value: Value | undefined): number {
  if (isNullish(value)) return Infinity
  const limit = int32Of(value)
  if (limit === undefined) {
    const found = printValue(value)
    return fail(327391, `$filter: limit must be represented as a 32-bit integral value: ${found}`)
  }
  if (limit <= 0) fail(327392, `$filter: limit must be greater than 0: ${limit}`)
  return limit
}

const compileReduce: CompileOperator = (operand, scope, name) => {
  const named = readNamed(operand, name, {
    required: { input: 40077, initialValue: 40078, in: 40079 },
    notObject: [40075, (op, type) => `${op} requires an object as an argument, found: ${type}`],
    unknown: [40076, (op, what) => `${op} found an unknown argument: ${what}`],
    missing: (op, what) => `${op} requires '${what}' to be specified`,
  })
  const input = scope.compile(named.get('input') as Value)
  const initial = scope.compile(named.get('initialValue') as Value)
  const body = scope.bind(['this', 'value']).compile(named.get('in') as Value)
  const evaluate: Expression = (doc, variables) => {
    const array = input(doc, variables)
    if (isNullish(array)) return null
    if (!Array.isArray(array)) {
      return fail(40080, `$reduce requires that 'input' be an array, found: ${printValue(array)}`)
    }
    const inner = refillable(variables)
    let value = initial(doc, variables)
    for (const element of array) {
      inner.set('this', element)
      inner.set('value', value)
      value = body(doc, inner)
    }
    return value
  }
  return evaluate
}

export const iterationOperators: OperatorTable = {
  $let: compileLet,
  $map: compileMap,
  $filter: compileFilter,
  $reduce: compileReduce,
}
