import { bodyForm, bodyTooLarge } from './errors.ts'
import { formatBytes } from './limits.ts'
import { readPartHead, type PartHead } from './part-head.ts'

/** The header block of one part; browsers send a few hundred bytes. */
const LARGEST_HEAD = 16 * 1024

/**
 * Reads a multipart body part by part, as fast as its caller asks and no faster. Holds one chunk at a time.
 * It is not done with @fastify/busboy because that emits events: it skips parts it does not understand, cuts
 * headers that are too long without a word, and leaves it to its user to find out which stream still waits.
 * @see RFC 7578, RFC 2046 section 5.1
 */
export class MultipartReader {
  readonly #source: AsyncIterator<Buffer, undefined>
  #failure: Error | undefined
  readonly #delimiter: Buffer
  // The first delimiter may stand at the very beginning, without a line break before it.
  #buffer: Buffer = Buffer.from('\r\n')
  #state: 'preamble' | 'part' | 'delimiter' | 'end' = 'preamble'

  constructor(source: AsyncIterator<Buffer, undefined>, boundary: string) {
    this.#source = source
    this.#delimiter = Buffer.from(`\r\n--${boundary}`)
  }

  /**
   * The head of the next part, whatever is left of the present one skipped; `undefined` after the last.
   * @throws TAO_BODY_FORM (400), TAO_BODY_TOO_LARGE (413)
   */
  async nextPart(): Promise<PartHead | undefined> {
    while (this.#state === 'preamble' || this.#state === 'part') await this.readChunk()
    if (this.#state === 'end' || (await this.#isLast())) return undefined
    // The line break of the delimiter line begins the block, so that an empty block ends like any other.
    let end = this.#buffer.indexOf('\r\n\r\n')
    while (end === -1) {
      if (this.#buffer.length > LARGEST_HEAD) throw headTooLarge()
      await this.#more('in the headers of a part')
      end = this.#buffer.indexOf('\r\n\r\n')
    }
    if (end > LARGEST_HEAD) throw headTooLarge()
    const head = readPartHead(this.#buffer.subarray(2, end))
    this.#buffer = this.#buffer.subarray(end + 2)
    this.#state = 'part'
    // A part without content: its delimiter shares the line break that ends the head.
    if (await this.#startsWithDelimiter()) this.#takeDelimiter(0)
    else this.#buffer = this.#buffer.subarray(2)
    return head
  }

  /** A piece of the present part's content; `undefined` when it is over. */
  async readChunk(): Promise<Buffer | undefined> {
    while (this.#state === 'part' || this.#state === 'preamble') {
      const at = this.#buffer.indexOf(this.#delimiter)
      if (at !== -1) {
        const last = this.#buffer.subarray(0, at)
        this.#takeDelimiter(at)
        return last.length > 0 ? last : undefined
      }
      // What could be the beginning of a delimiter waits for the next chunk.
      const safe = this.#buffer.length - this.#delimiter.length + 1
      if (safe > 0) {
        const piece = this.#buffer.subarray(0, safe)
        this.#buffer = this.#buffer.subarray(safe)
        return piece
      }
      await this.#more(this.#state === 'part' ? 'in the middle of a part' : 'before the first part')
    }
    return undefined
  }

  /** Leaves the source alone from now on. */
  async close(): Promise<void> {
    this.#state = 'end'
    await this.#source.return?.()
  }

  #takeDelimiter(at: number): void {
    this.#buffer = this.#buffer.subarray(at + this.#delimiter.length)
    this.#state = 'delimiter'
  }

  async #startsWithDelimiter(): Promise<boolean> {
    while (this.#buffer.length < this.#delimiter.length) await this.#more('in the middle of a part')
    return this.#buffer.subarray(0, this.#delimiter.length).equals(this.#delimiter)
  }

  /** Reads what follows a delimiter: two hyphens after the last one, spaces and a line break otherwise. */
  async #isLast(): Promise<boolean> {
    while (this.#buffer.length < 2) await this.#more('after a boundary')
    if (this.#buffer[0] === 0x2d && this.#buffer[1] === 0x2d) {
      this.#state = 'end'
      this.#buffer = Buffer.alloc(0)
      return true
    }
    let padding = 0
    for (;;) {
      while (this.#buffer[padding] === 0x20 || this.#buffer[padding] === 0x09) padding++
      if (padding > LARGEST_HEAD) throw headTooLarge()
      if (this.#buffer.length - padding >= 2) break
      await this.#more('after a boundary')
    }
    if (this.#buffer[padding] !== 0x0d || this.#buffer[padding + 1] !== 0x0a) {
      throw bodyForm('something other than a line break follows the boundary')
    }
    this.#buffer = this.#buffer.subarray(padding)
    return false
  }

  async #more(where: string): Promise<void> {
    const next = await this.#read()
    if (next.done === true) throw bodyForm(`it ends ${where}`)
    this.#buffer = this.#buffer.length === 0 ? next.value : Buffer.concat([this.#buffer, next.value])
  }

  /** A failure stays one: whoever asks next learns the same, even if the first to learn it kept it to himself. */
  async #read(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return await this.#source.next()
    } catch (error) {
      this.#failure = error as Error
      throw error
    }
  }
}

function headTooLarge(): Error {
  return bodyTooLarge('The headers of a part', formatBytes(LARGEST_HEAD))
}
