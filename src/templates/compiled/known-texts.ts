/** Longer texts seldom come again, and would take much room. */
const LONGEST = 256
const MOST = 1000
const WHATEVER = /[^]/
/** After so many texts it is looked at whether half of them were known; if not, so many go by before it is tried again. */
const TRIAL = 256
const REST = 4096

/**
 * What became of texts: those of a page mostly are those of the page before, for other visitors. Where they are not, it
 * leaves off for a while, and costs next to nothing.
 */
export class KnownTexts {
  private texts = new Map<string, string>()
  private looks = 0
  private hits = 0
  private rest = 0

  /** Whether to ask it for a text at all. */
  takes(text: string): boolean {
    if (this.rest > 0) {
      this.rest--
      return false
    }
    return text.length <= LONGEST
  }

  get(text: string): string | undefined {
    const result = this.texts.get(text)
    if (result !== undefined) this.hits++
    if (++this.looks === TRIAL) {
      if (this.hits < TRIAL / 2) this.rest = REST
      this.looks = this.hits = 0
    }
    return result
  }

  /** @returns the result */
  add(text: string, result: string): string {
    if (this.texts.size >= MOST) this.texts = new Map()
    this.texts.set(text, inOnePiece(result))
    return result
  }
}

/** V8 keeps a text that was put together as its pieces until somebody looks into it: here once, else in every page. */
function inOnePiece(text: string): string {
  WHATEVER.test(text)
  return text
}
