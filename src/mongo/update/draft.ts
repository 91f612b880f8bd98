import type { Doc, Value } from '../bson/value.ts'

export type Container = Doc | Value[]

/** A document in change: containers on the way to a change are copied once, the others shared with the original. */
export class Draft {
  readonly root: Doc
  changed = false
  private readonly owned: Set<Container>

  constructor(original: Doc) {
    this.root = new Map(original)
    this.owned = new Set([this.root])
  }

  /** The child as a copy that may be changed, put in its place. */
  ownChild<T extends Container>(parent: Container, field: string, child: T): T {
    if (this.owned.has(child)) return child
    const copy = (child instanceof Map ? new Map(child) : child.slice()) as T
    this.owned.add(copy)
    if (parent instanceof Map) parent.set(field, copy)
    else parent[Number(field)] = copy
    return copy
  }
}
