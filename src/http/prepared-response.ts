import { ServerResponse, type IncomingMessage } from 'node:http'

/** What Node keeps of the head it is about to send. */
interface WithHead {
  _header: string | null
}

/**
 * Node's response, with a way to send header lines that were checked when the site started: through `writeHead` Node looks
 * at every character of each of them again, for each answer, and that costs more than the rest of our own work.
 */
export class PreparedResponse<
  Message extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Message> {
  /** Whether this Node lets the lines in; where it does not, they go through `writeHead` like any others. */
  static readonly isPossible: boolean = canPrepare()

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
   * As `end`, for a body of nothing but ASCII and a head with its length that has not been sent: both go out as one string,
   * where Node would hand two to the system, and encode them.
   */
  endAscii(body: string): void {
    const head = this as unknown as { _header: string }
    head._header += body
    this.end()
  }
}

/** Asks Node itself: what it keeps is not part of what it documents. */
function canPrepare(): boolean {
  const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as IncomingMessage
  const response = new ServerResponse(request) as ServerResponse & WithHead
  response.writeHead(200, ['x-line', 'value'])
  return typeof response._header === 'string' && response._header.endsWith('\r\n\r\n')
}
