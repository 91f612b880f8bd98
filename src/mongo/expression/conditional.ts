import { fail } from '../bson/errors.ts'
import { isDoc } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'
import { fold, folding, valueOf } from './constant.ts'
import { isNullish, typeOf } from './missing.ts'
import { compileArguments } from './operands.ts'
import { isTrue } from './truth.ts'
import type { CompileOperator, Expression, OperatorTable, Scope } from './types.ts'

const compileCond: CompileOperator = (operand, scope) => {
  const [test, yes, no] = isDoc(operand) ? namedCond(operand, scope) : listedCond(operand, scope)
  return fold((doc, variables) => (isTrue(test(doc, variables)) ? yes : no)(doc, variables), [test, yes, no])
}

type Three = [test: Expression, yes: Expression, no: Expression]

function namedCond(operand: ReadonlyMap<string, Value>, scope: Scope): Three {
  for (const name of operand.keys()) {
    if (!['if', 'then', 'else'].includes(name)) fail(17083, `Unrecognized parameter to $cond: ${name}`)
  }
  const part = (name: string, code: number): Expression => {
    const value = operand.get(name)
    return value === undefined ? fail(code, `Missing '${name}' parameter to $cond`) : scope.compile(value)
  }
  return [part('if', 17080), part('then', 17081), part('else', 17082)]
}

function listedCond(operand: Value, scope: Scope): Three {
  const parts = compileArguments(operand, scope)
  if (parts.length !== 3) {
    fail(16020, `Expression $cond takes exactly 3 arguments. ${parts.length} were passed in.`)
  }
  return parts as Three
}

const compileIfNull: CompileOperator = (operand, scope) => {
  const operands = compileArguments(operand, scope)
  if (operands.length < 2) fail(1257300, `$ifNull needs at least two arguments, had: ${operands.length}`)
  const evaluate: Expression = (doc, variables) => {
    let value: Value | undefined
    for (const each of operands) {
      value = each(doc, variables)
      if (!isNullish(value)) return value
    }
    return value
  }
  return fold(evaluate, operands)
}

type Branch = readonly [test: Expression, result: Expression]

const compileSwitch: CompileOperator = (operand, scope) => {
  if (!isDoc(operand)) {
    return fail(40060, `$switch requires an object as an argument, found: ${typeOf(operand)}`)
  }
  const branches: Branch[] = []
  let otherwise: Expression | undefined
  for (const [name, value] of operand) {
    if (name === 'default') otherwise = scope.compile(value)
    else if (name !== 'branches') fail(40067, `$switch found an unknown argument: ${name}`)
    else if (!Array.isArray(value)) {
      fail(40061, `$switch expected an array for 'branches', found: ${typeOf(value)}`)
    } else for (const branch of value) branches.push(compileBranch(branch, scope))
  }
  if (branches.length === 0) fail(40068, '$switch requires at least one branch.')
  return simplify(branches, otherwise)
}

/** Leaves out the branches that are never taken, and those behind one that always is. */
function simplify(branches: readonly Branch[], last: Expression | undefined): Expression {
  const left: Branch[] = []
  let otherwise = last
  for (const [test, result] of branches) {
    if (!test.constant) left.push([test, result])
    else if (isTrue(valueOf(test))) {
      otherwise = result
      break
    }
  }
  if (left.length === 0) {
    const why = 'where all the cases evaluate to false without a default'
    return otherwise ?? folding(() => fail(40069, `Cannot execute a switch statement ${why}`))
  }
  return (doc, variables) => {
    for (const [test, result] of left) if (isTrue(test(doc, variables))) return result(doc, variables)
    if (otherwise) return otherwise(doc, variables)
    const why = 'could not find a matching branch for an input, and no default was specified.'
    return fail(40066, `$switch ${why}`)
  }
}

function compileBranch(branch: Value, scope: Scope): Branch {
  if (!isDoc(branch)) {
    return fail(40062, `$switch expected each branch to be an object, found: ${typeOf(branch)}`)
  }
  for (const name of branch.keys()) {
    if (name !== 'case' && name !== 'then') {
      fail(40063, `$switch found an unknown argument to a branch: ${name}`)
    }
  }
  const test = branch.get('case')
  const result = branch.get('then')
  if (test === undefined) return fail(40064, "$switch requires each branch have a 'case' expression")
  if (result === undefined) return fail(40065, "$switch requires each branch have a 'then' expression.")
  return [scope.compile(test), scope.compile(result)]
}

export const conditionalOperators: OperatorTable = {
  $cond: compileCond,
  $ifNull: compileIfNull,
  $switch: compileSwitch,
}
