import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { StoreError } from './errors.ts'

const MAGIC = 0xbeefc0de
/** What each page begins with in lmdb-js: number, transaction, padding, flags, lower and upper end of its free room. */
export const PAGE_HEADER = 24
/** The flag of a page that is one of the two heads. */
const HEAD = 8
const DATABASE = 48
const META = 24 + 2 * DATABASE + 16

/** A tree of the file: of its free pages or of its entries. */
export interface TreeRecord {
  readonly depth: number
  readonly branches: bigint
  readonly leaves: bigint
  readonly entries: bigint
  readonly root: bigint
}

/** The newest state of an LMDB file. */
export interface Meta {
  readonly pageSize: number
  readonly transaction: bigint
  readonly lastPage: bigint
  readonly free: TreeRecord
  readonly main: TreeRecord
  readonly checksum: number
  /** Bytes the file has, and those that all its pages take. */
  readonly size: number
  readonly needed: number
}

/**
 * Reads the head of an LMDB file before it is mapped into memory: reading beyond the end of a truncated file would kill
 * the process with SIGBUS, where no error can be caught.
 *
 * Layout: two meta pages written in turn, each a page header, then magic, version, address, map size, two
 * 48-byte tree records, the last page's number and the transaction's number (mdb.c).
 *
 * A sound file may be shorter than all its pages: one that a transaction both took and freed is never written.
 *
 * @returns undefined when there is no file yet
 * @throws StoreError STORE_CORRUPT
 */
export function readMeta(path: string): Meta | undefined {
  if (!existsSync(path)) return undefined
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    if (size === 0) return undefined
    const first = Buffer.alloc(256)
    if (readSync(file, first, 0, first.length, 0) < first.length || !isHead(first)) {
      throw damaged(path, 'it does not begin as a data file does')
    }
    const pageSize = first.readUInt32LE(PAGE_HEADER + 24)
    if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) {
      throw damaged(path, 'its page size is impossible')
    }
    const second = Buffer.alloc(256)
    readSync(file, second, 0, second.length, pageSize)
    if (!isHead(second)) throw damaged(path, 'its second page is no head')
    // LMDB takes another version for a file to be brought up to date, and dies of one that is none.
    if (first.readUInt32LE(PAGE_HEADER + 4) !== second.readUInt32LE(PAGE_HEADER + 4)) {
      throw damaged(path, 'its heads are of two versions')
    }
    const metas = [first, second].map((page) => parse(page, pageSize, size)) as [Meta, Meta]
    checkTurns(path, metas)
    return metas[0].transaction > metas[1].transaction ? metas[0] : metas[1]
  } finally {
    closeSync(file)
  }
}

/** LMDB dies of a page that is none. */
function isHead(page: Buffer): boolean {
  return (page.readUInt16LE(18) & HEAD) === HEAD && page.readUInt32LE(PAGE_HEADER) === MAGIC
}

/** Transactions take the two pages in turn, so their numbers are neighbours and each lies on its own page. */
function checkTurns(path: string, [even, odd]: readonly [Meta, Meta]): void {
  const [a, b] = [even.transaction, odd.transaction]
  if (a === 0n && b === 0n) return
  if (a % 2n !== 0n || b % 2n !== 1n || (a - b !== 1n && b - a !== 1n)) {
    throw damaged(path, `its heads are of transactions ${a} and ${b}`)
  }
}

function parse(page: Buffer, pageSize: number, size: number): Meta {
  const meta = page.subarray(PAGE_HEADER, PAGE_HEADER + META)
  const lastPage = meta.readBigUInt64LE(24 + 2 * DATABASE)
  return {
    pageSize,
    size,
    needed: (Number(lastPage) + 1) * pageSize,
    free: parseTree(meta, 24),
    main: parseTree(meta, 24 + DATABASE),
    lastPage,
    transaction: meta.readBigUInt64LE(24 + 2 * DATABASE + 8),
    // Without the address and the size of the map, which are of the process.
    checksum: crc32(meta.subarray(24)),
  }
}

function parseTree(meta: Buffer, at: number): TreeRecord {
  return {
    depth: meta.readUInt16LE(at + 6),
    branches: meta.readBigUInt64LE(at + 8),
    leaves: meta.readBigUInt64LE(at + 16),
    entries: meta.readBigUInt64LE(at + 32),
    root: meta.readBigUInt64LE(at + 40),
  }
}

export function damaged(path: string, why: string): StoreError {
  return new StoreError(
    'STORE_CORRUPT',
    `The data file ${path} is damaged: ${why}.`,
    'Keep a copy of the folder as it is, and restore it from a backup.',
  )
}
