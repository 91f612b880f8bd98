import { crc32 } from 'node:zlib'
import { decode, encode } from '../../bson/codec.ts'
import type { Doc } from '../../bson/value.ts'
import type { OpenSpill, SpillFile } from '../../spill/spill-file.ts'

const BITS = 3

/** Documents put aside in files by a key, so that those of one key stay together and in order. */
export class Partitions {
  readonly depth: number
  private readonly open: OpenSpill
  private readonly files: (SpillFile | undefined)[] = []

  /** @param depth how often they were put aside before: each time other bits of the key's hash part them */
  constructor(open: OpenSpill, depth: number) {
    this.open = open
    this.depth = depth
  }

  add(key: string, doc: Doc): void {
    const place = (crc32(key) >>> (BITS * this.depth)) & ((1 << BITS) - 1)
    ;(this.files[place] ??= this.open()).write(encode(doc))
  }

  /** What was put aside, one part after another; each is gone once it is read. */
  *parts(): Generator<Iterable<Doc>, void> {
    for (const [place, file] of this.files.entries()) {
      if (!file) continue
      yield documents(file)
      file.close()
      this.files[place] = undefined
    }
  }

  close(): void {
    for (const file of this.files) file?.close()
  }
}

function* documents(file: SpillFile): Generator<Doc, void> {
  for (const bytes of file.read()) yield decode(bytes)
}
