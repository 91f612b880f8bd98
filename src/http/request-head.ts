/** What the server itself asks of a request's headers. */
export interface RequestHead {
  /** The first `Host`. */
  readonly host: string | undefined
  /** Node keeps the first and says nothing of others. */
  readonly hasTwoHosts: boolean
  readonly hasCookie: boolean
  readonly hasRequestId: boolean
  readonly isUpgrade: boolean
}

/**
 * Walks once over a request's headers as they came: name, value, name, value ... Most requests are answered without Node's
 * object of them, which costs more the more a browser sends.
 */
export function readHead(rawHeaders: readonly string[]): RequestHead {
  let host: string | undefined
  let hosts = 0
  let hasCookie = false
  let hasRequestId = false
  let isUpgrade = false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    switch (name.length) {
      case 4:
        if (isNamed(name, 'host') && hosts++ === 0) host = rawHeaders[i + 1]
        break
      case 6:
        if (isNamed(name, 'cookie')) hasCookie = true
        break
      case 7:
        if (isNamed(name, 'upgrade')) isUpgrade = rawHeaders[i + 1]!.toLowerCase() === 'websocket'
        break
      case 12:
        if (isNamed(name, 'x-request-id')) hasRequestId = true
    }
  }
  return { host, hasTwoHosts: hosts > 1, hasCookie, hasRequestId, isUpgrade }
}

function isNamed(name: string, lowerCase: string): boolean {
  return name === lowerCase || name.toLowerCase() === lowerCase
}
