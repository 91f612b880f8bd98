import { closeSync, openSync, readSync } from 'node:fs'
import { damaged, PAGE_HEADER, type Meta, type TreeRecord } from './lmdb-file.ts'

const BRANCH = 1
const LEAF = 2
const NODE_HEADER = 8
const BIG = 1
const NO_PAGE = 0xffff_ffff_ffff_ffffn

/**
 * Walks the pages of an LMDB file without mapping it: LMDB trusts its pages, and one that holds something else ends the
 * process with an assertion no one can catch. About a second for a gigabyte.
 *
 * @throws StoreError STORE_CORRUPT with the page
 */
export function checkPages(path: string, meta: Meta): void {
  const file = openSync(path, 'r')
  try {
    for (const tree of [meta.free, meta.main]) {
      if (tree.root !== NO_PAGE) new Walk(path, file, meta, tree).run()
    }
  } finally {
    closeSync(file)
  }
}

class Walk {
  private readonly path: string
  private readonly file: number
  private readonly meta: Meta
  private readonly tree: TreeRecord
  private readonly ordered: boolean
  private branches = 0n
  private leaves = 0n
  private entries = 0n

  constructor(path: string, file: number, meta: Meta, tree: TreeRecord) {
    this.path = path
    this.file = file
    this.meta = meta
    this.tree = tree
    // The keys of the free pages are numbers in the machine's order.
    this.ordered = tree === meta.main
  }

  run(): void {
    const { root, depth, branches, leaves, entries } = this.tree
    this.visit(root, 1, undefined, undefined)
    if (this.branches !== branches || this.leaves !== leaves || this.entries !== entries) {
      throw damaged(
        this.path,
        `its tree of depth ${depth} has ${this.leaves} leaves with ${this.entries} entries of ${leaves} with ${entries}`,
      )
    }
  }

  /** @param low the first key it may hold @param high the first it may not */
  private visit(number: bigint, depth: number, low: Buffer | undefined, high: Buffer | undefined): void {
    const { pageSize, lastPage } = this.meta
    if (number > lastPage || depth > this.tree.depth) throw this.wrong(number)
    const page = Buffer.allocUnsafe(pageSize)
    if (readSync(this.file, page, 0, pageSize, Number(number) * pageSize) < pageSize) throw this.wrong(number)
    const flags = page.readUInt16LE(18)
    const wanted = depth === this.tree.depth ? LEAF : BRANCH
    if (page.readBigUInt64LE(0) !== number || (flags & (BRANCH | LEAF)) !== wanted) throw this.wrong(number)
    const nodes = this.nodes(page, number, wanted)
    if (wanted === LEAF) {
      this.leaves++
      this.entries += BigInt(nodes.length)
      if (this.ordered) this.checkOrder(nodes, number, low, high)
      return
    }
    this.branches++
    // The first key of a branch page is not kept: it counts as the least.
    if (this.ordered) this.checkOrder(nodes.slice(1), number, low, high)
    for (const [at, { key, child }] of nodes.entries()) {
      this.visit(child, depth + 1, at === 0 ? low : key, nodes[at + 1]?.key ?? high)
    }
  }

  private nodes(page: Buffer, number: bigint, kind: number): { key: Buffer; child: bigint }[] {
    const lower = page.readUInt16LE(20)
    const upper = page.readUInt16LE(22)
    const room = page.length - PAGE_HEADER
    if (lower === 0 || lower % 2 !== 0 || lower > upper || upper > room) throw this.wrong(number)
    return Array.from({ length: lower / 2 }, (_, at) => {
      const start = page.readUInt16LE(PAGE_HEADER + 2 * at)
      if (start < upper || start + NODE_HEADER > room) throw this.wrong(number)
      const node = page.subarray(PAGE_HEADER + start)
      const low = node.readUInt32LE(0)
      const flags = node.readUInt16LE(4)
      const size = node.readUInt16LE(6)
      const data = kind === BRANCH ? 0 : (flags & BIG) === BIG ? PAGE_HEADER : low
      if (kind === LEAF && (flags & ~BIG) !== 0) throw this.wrong(number)
      if (NODE_HEADER + size + data > node.length) throw this.wrong(number)
      const key = node.subarray(NODE_HEADER, NODE_HEADER + size)
      if (kind === LEAF && (flags & BIG) === BIG) this.checkBig(node, NODE_HEADER + size, low)
      return { key, child: BigInt(low) + (BigInt(flags) << 32n) }
    })
  }

  /** A value in pages of its own: where it begins and how many it takes lie where the value would. */
  private checkBig(node: Buffer, at: number, bytes: number): void {
    const { pageSize, lastPage, size } = this.meta
    const first = node.readBigUInt64LE(at)
    const count = node.readBigUInt64LE(at + 16)
    const least = BigInt(Math.ceil((PAGE_HEADER + bytes) / pageSize))
    if (first + count - 1n > lastPage || count < least) throw this.wrong(first)
    if (Number(first) * pageSize + PAGE_HEADER + bytes > size) throw this.wrong(first)
    const head = Buffer.alloc(8)
    readSync(this.file, head, 0, 8, Number(first) * pageSize)
    if (head.readBigUInt64LE(0) !== first) throw this.wrong(first)
  }

  private checkOrder(
    nodes: readonly { key: Buffer }[],
    number: bigint,
    low: Buffer | undefined,
    high: Buffer | undefined,
  ): void {
    let before: Buffer | undefined
    for (const { key } of nodes) {
      if (before ? Buffer.compare(before, key) >= 0 : low && Buffer.compare(low, key) > 0)
        throw this.wrong(number)
      before = key
    }
    if (before && high && Buffer.compare(before, high) >= 0) throw this.wrong(number)
  }

  private wrong(page: bigint): Error {
    return damaged(this.path, `page ${page} does not hold what it should`)
  }
}
