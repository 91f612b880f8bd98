import { fail } from '../bson/errors.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { constant } from './constant.ts'
import type { Expression, Scope } from './types.ts'

const DEEPEST_PATH = 200

/** Splits a dotted path into its names, refusing what mongod refuses. */
export function splitPath(path: string): string[] {
  if (path === '') fail(40352, 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.')) refuseEnd()
  const names = path.split('.')
  for (const name of names) checkName(name)
  if (names.length > DEEPEST_PATH) fail(15, 'FieldPath is too long')
  return names
}

function refuseEnd(): never {
  return fail(40353, "FieldPath must not end with a '.'.")
}

/** The fields of a reference to another document, the only names with a dollar that paths may have. */
function isReferenceField(name: string): boolean {
  return name === '$ref' || name === '$id' || name === '$db'
}

/** Whether a name can be one step of a field path. */
export function isFieldName(name: string): boolean {
  return name !== '' && !/[\0.]/.test(name) && (!name.startsWith('$') || isReferenceField(name))
}

/** Refuses a name that cannot be a field's where no path is meant. */
export function checkSingleName(name: string): void {
  if (name.includes('.')) {
    fail(16412, "FieldPath field names may not contain '.'. Consider using $getField or $setField.")
  }
  checkName(name)
}

/** Refuses a name that cannot be one step of a field path. */
export function checkName(name: string): void {
  if (name === '') fail(15998, 'FieldPath field names may not be empty strings.')
  if (name.startsWith('$') && !isReferenceField(name)) {
    fail(16410, "FieldPath field names may not start with '$'. Consider using $getField or $setField.")
  }
  if (name.includes('\0')) fail(16411, "FieldPath field names may not contain '\\0'.")
}

/**
 * The value at `path` as an aggregation sees it: an array on the way is answered by the array of what its
 * documents hold, and array positions are never names.
 */
export function readPath(value: Value | undefined, path: readonly string[], from = 0): Value | undefined {
  let current = value
  for (let index = from; index < path.length; index++) {
    if (isDoc(current)) current = current.get(path[index] as string)
    else if (Array.isArray(current)) return readElements(current, path, index)
    else return undefined
  }
  return current
}

function readElements(array: readonly Value[], path: readonly string[], index: number): Value[] {
  const found: Value[] = []
  for (const element of array) {
    if (!isDoc(element)) continue
    const value = readPath(element, path, index)
    if (value !== undefined) found.push(value)
  }
  return found
}

/** Compiles `$a.b`, `$$name` and `$$name.a.b`. */
export function compileFieldPath(text: string, scope: Scope): Expression {
  if (text === '$') fail(16872, "'$' by itself is not a valid FieldPath")
  if (!text.startsWith('$$')) {
    const path = splitPath(text.slice(1))
    if (scope.names.has('CURRENT')) return (_doc, variables) => readPath(variables.get('CURRENT'), path)
    const [only] = path
    if (path.length === 1) return (doc) => doc.get(only as string)
    return (doc) => readPath(doc, path)
  }
  const dot = text.indexOf('.')
  const name = dot === -1 ? text.slice(2) : text.slice(2, dot)
  if (text.endsWith('.')) refuseEnd()
  const path = dot === -1 ? [] : splitPath(text.slice(dot + 1))
  const variable = compileVariable(name, scope)
  if (path.length === 0) return variable
  if (variable.constant) return constant(readPath(variable(new Map(), new Map()), path))
  return (doc, variables) => readPath(variable(doc, variables), path)
}

function compileVariable(name: string, scope: Scope): Expression {
  checkReadableName(name)
  if (scope.names.has(name)) return readVariable(name, scope)
  switch (name) {
    case 'ROOT':
    case 'CURRENT':
      return (doc: Doc) => doc
    case 'REMOVE':
    case 'SEARCH_META':
      return constant(undefined)
    case 'NOW':
      return constant(scope.context.now)
    case 'USER_ROLES':
      return constant([])
    case 'CLUSTER_TIME':
      return fail(51144, "Builtin variable '$$CLUSTER_TIME' is not available")
    default:
      if (scope.context.variables?.has(name)) return readVariable(name, scope)
      return fail(17276, `Use of undefined variable: ${name}`)
  }
}

/**
 * What is bound on the way wins; else the context's own map is read, at run time: $lookup refills that map for
 * each outer document instead of compiling its pipeline again.
 */
function readVariable(name: string, scope: Scope): Expression {
  const outer = scope.context.variables
  return (_doc, variables) => (variables.has(name) ? variables.get(name) : outer?.get(name))
}

function checkReadableName(name: string): void {
  if (name === '') fail(9, 'empty variable names are not allowed')
  if (!/^[a-zA-Z\u0080-\uffff]/.test(name)) {
    fail(9, `'${name}' starts with an invalid character for a user variable name`)
  }
  checkRest(name)
}

/** Refuses a name that `$let`, `$map` and the like may not bind. */
export function checkBindableName(name: string): void {
  if (name === '') fail(9, 'empty variable names are not allowed')
  // CURRENT is the one system variable that may be bound again.
  if (name === 'CURRENT') return
  if (!/^[a-z\u0080-\uffff]/.test(name)) {
    fail(9, `'${name}' starts with an invalid character for a user variable name`)
  }
  checkRest(name)
}

function checkRest(name: string): void {
  if (!/^[\w\u0080-\uffff]*$/.test(name)) {
    fail(9, `'${name}' contains an invalid character for a variable name`)
  }
}
