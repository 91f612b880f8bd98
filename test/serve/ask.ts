import { get, type Agent, type ClientRequest, type IncomingHttpHeaders } from 'node:http'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  reused: boolean
}

/** One GET; `agent: false` is a connection of its own. */
export function ask(
  url: string,
  agent: Agent | false = false,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = get(url, { agent, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body,
          reused: asked.reusedSocket,
        }),
      )
      response.on('error', reject)
    })
    asked.on('error', reject)
  })
}

/** Asks until the answer is the wanted one. */
export async function askUntil(
  url: string,
  wanted: string | RegExp,
  agent: Agent | false = false,
): Promise<Answer> {
  for (;;) {
    const answer = await ask(url, agent)
    if (answer.body.match(wanted) !== null) return answer
  }
}
