import { identicalValues } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { isIndex } from '../bson/path.ts'
import { printElement } from '../bson/print.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { Container, Draft } from './draft.ts'
import { printId } from './modifier.ts'

/** Moves the value at `from` to the target field, which `put` sets; nothing happens when there is none. */
export function applyRename(
  from: readonly string[],
  container: Container,
  to: readonly string[],
  current: Value | undefined,
  draft: Draft,
  put: (value: Value) => void,
): void {
  const found = findSource(from, draft.root)
  if (!found) return
  refuseArrays('source', from, draft.root)
  refuseArrays('destination', to, draft.root)
  if (Array.isArray(container)) return
  if (current === undefined || !identicalValues(current, found.value)) put(found.value)
  removeSource(from, draft)
  draft.changed = true
  if (from[0] === '_id') {
    refuseId(from)
  }
  if (to[0] === '_id' && (to.length > 1 || current !== undefined)) {
    refuseId(to)
  }
}

function refuseId(path: readonly string[]): never {
  return fail(
    66,
    `Performing an update on the path '${path.join('.')}' would modify the immutable field '_id'`,
  )
}

function findSource(from: readonly string[], root: Doc): { value: Value } | undefined {
  let current: Value | undefined = root
  for (const [i, part] of from.entries()) {
    if (current instanceof Map) current = current.get(part)
    else if (Array.isArray(current) && isIndex(part)) current = current[Number(part)]
    else if (current !== undefined) {
      fail(
        28,
        `cannot use the part (${from[i - 1]} of ${from.join('.')}) to traverse the element ({${printElement(from[i - 1]!, current)}})`,
      )
    }
    if (current === undefined) return undefined
  }
  return { value: current }
}

function refuseArrays(role: string, path: readonly string[], root: Doc): void {
  let current: Value | undefined = root
  for (let i = 0; i < path.length - 1; i++) {
    current = current instanceof Map ? current.get(path[i]!) : undefined
    if (!Array.isArray(current)) continue
    fail(
      2,
      `The ${role} field cannot be an array element, '${path.join('.')}' in doc with ${printId(root)} has an array field called '${path[i]}'`,
    )
  }
}

function removeSource(from: readonly string[], draft: Draft): void {
  let current = draft.root
  for (let i = 0; i < from.length - 1; i++) {
    current = draft.ownChild(current, from[i]!, current.get(from[i]!) as Doc)
  }
  current.delete(from.at(-1)!)
}
