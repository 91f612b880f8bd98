/**
 * The lines of a stream of bytes. Node's readline also ends a line at U+2028, which JSON has inside of strings.
 * @param input gives bytes, or text
 */
export async function* readLines(input: AsyncIterable<unknown>): AsyncGenerator<string> {
  let parts: Buffer[] = []
  for await (const chunk of input) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    let start = 0
    for (;;) {
      const end = bytes.indexOf(10, start)
      if (end === -1) break
      parts.push(bytes.subarray(start, end))
      yield* lineOf(parts)
      parts = []
      start = end + 1
    }
    parts.push(bytes.subarray(start))
  }
  yield* lineOf(parts)
}

function* lineOf(parts: readonly Buffer[]): Generator<string> {
  const line = Buffer.concat(parts).toString('utf8').trim()
  if (line !== '') yield line
}
