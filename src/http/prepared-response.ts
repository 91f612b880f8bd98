import { ServerResponse, type IncomingMessage } from 'node:http'

/** What Node keeps of the head it is about to send, and how it hands a text to the socket. */
interface Inside {
  _header: string | null
  _writeRaw(data: unknown, encoding: unknown, ...more: unknown[]): boolean
}

const inside = ServerResponse.prototype as unknown as Inside

/**
 * Node's response, with a way to send header lines that were checked when the site started: through `writeHead` Node looks
 * at every character of each of them again, for each answer, and that costs more than the rest of our own work.
 */
export class PreparedResponse<
  Message extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Message> {
  /** Whether this Node lets the lines in; where it does not, they go through `writeHead` like any others. */
  static readonly isPossible: boolean = canPrepare()
  #isUtf8 = false

  /**
   * As `writeHead`, with lines that are known to be sound behind its own.
   *
   * @param prepared whole lines, each with its end
   */
  writePreparedHead(status: number, headers: (string | string[])[], prepared: string): void {
    this.writeHead(status, headers)
    const head = this as unknown as { _header: string }
    head._header = `${head._header.slice(0, -2)}${prepared}\r\n`
  }

  /**
   * As `end`, for a text and a head with its length that has not been sent: both go out as one string, where Node would
   * hand two to the system.
   *
   * @param isAscii whether the body is known to be nothing else
   */
  endText(body: string, isAscii: boolean): void {
    const head = this as unknown as { _header: string }
    this.#isUtf8 = !isAscii
    head._header += body
    this.end()
  }

  _writeRaw(data: unknown, encoding: unknown, ...more: unknown[]): boolean {
    return inside._writeRaw.call(this, data, this.#isUtf8 ? 'utf8' : encoding, ...more)
  }
}

/** Asks Node itself: what it keeps is not part of what it documents. */
function canPrepare(): boolean {
  const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as IncomingMessage
  const response = new ServerResponse(request) as ServerResponse & Inside
  response.writeHead(200, ['x-line', 'value'])
  return (
    typeof response._header === 'string' &&
    response._header.endsWith('\r\n\r\n') &&
    typeof inside._writeRaw === 'function'
  )
}
