import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { StoreError } from './errors.ts'

const MAGIC = 0xbeefc0de
const HEADER = 24

/**
 * Looks at the head of an LMDB file before it is mapped into memory: reading beyond the end of a
 * truncated file would kill the process with SIGBUS, where no error can be caught.
 *
 * Layout: two meta pages, each a 24-byte page header (lmdb-js), then magic, version, address, map size, two
 * 48-byte database records, the last page's number and the transaction's number (mdb.c).
 */
export function checkLmdbFile(path: string): void {
  if (!existsSync(path)) return
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    if (size === 0) return
    const first = Buffer.alloc(256)
    if (readSync(file, first, 0, first.length, 0) < first.length || first.readUInt32LE(HEADER) !== MAGIC) {
      throw damaged(path, 'it does not begin as a data file does')
    }
    const pageSize = first.readUInt32LE(HEADER + 24)
    if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) {
      throw damaged(path, 'its page size is impossible')
    }
    const second = Buffer.alloc(256)
    readSync(file, second, 0, second.length, pageSize)
    const metas = [first, second].filter((meta) => meta.readUInt32LE(HEADER) === MAGIC)
    const newest = metas.sort((a, b) => Number(transaction(b) - transaction(a)))[0] as Buffer
    const needed = (lastPage(newest) + 1n) * BigInt(pageSize)
    if (BigInt(size) < needed) {
      throw damaged(path, `it holds ${size} bytes of ${needed}`)
    }
  } finally {
    closeSync(file)
  }
}

function lastPage(meta: Buffer): bigint {
  return meta.readBigUInt64LE(HEADER + 24 + 2 * 48)
}

function transaction(meta: Buffer): bigint {
  return meta.readBigUInt64LE(HEADER + 24 + 2 * 48 + 8)
}

function damaged(path: string, why: string): StoreError {
  return new StoreError(
    'STORE_CORRUPT',
    `The data file ${path} is damaged: ${why}.`,
    'Restore the folder from a backup.',
  )
}
