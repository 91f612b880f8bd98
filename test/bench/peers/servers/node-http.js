// What the machine gives at best: answers and bytes at hand, no framework, for the workloads that need none.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

function json(response, value) {
  const text = JSON.stringify(value)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

export async function start({ folder }) {
  const files = new Map(
    ['small.bin', 'large.bin'].map((name) => [`/static/${name}`, readFileSync(join(folder, 'static', name))]),
  )
  const server = createServer((request, response) => {
    const { url } = request
    if (url === '/json') return json(response, { hello: 'world' })
    const bytes = files.get(url)
    if (bytes) {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length })
      return response.end(bytes)
    }
    if (url === '/form') {
      const chunks = []
      request.on('data', (chunk) => chunks.push(chunk))
      return request.on('end', () => {
        json(response, Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())))
      })
    }
    const found = /^\/items\/(\d+)\/([^/?]+)\?(.*)$/.exec(url)
    const page = Number(new URLSearchParams(found[3]).get('page'))
    json(response, { id: Number(found[1]), slug: decodeURIComponent(found[2]), page })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}
