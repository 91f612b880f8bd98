import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { basename, dirname, resolve } from 'node:path'
import { openLazily } from '../static/index.ts'
import { badFilePath } from './errors.ts'
import { NotFound } from './http-error.ts'
import { HttpResponse, type AnswerContext, type ResponseOptions } from './response.ts'

export interface FileOptions extends ResponseOptions {
  /** The folder the path is within; then the path may come from a user: what leaves the folder is 404. */
  root?: string
  /** Offer it for saving, under this name or its own. */
  download?: boolean | string
  /** Its media type, if not that of its extension. */
  type?: string
}

class FileResponse extends HttpResponse {
  readonly #path: string
  readonly #options: FileOptions

  constructor(path: string, options: FileOptions) {
    super(undefined, options)
    this.#path = path
    this.#options = options
  }

  override async finish({ raw }: AnswerContext): Promise<void> {
    if (this.body !== undefined) return
    const { root, download, type, status } = this.#options
    const folder = root === undefined ? dirname(resolve(this.#path)) : resolve(root)
    const name = root === undefined ? basename(this.#path) : this.#path
    // sendFile decodes what it is given, as a URL's path. Asked for the head alone it opens nothing: an answer that is
    // never sent, because the client left or a middleware failed, must not hold a descriptor.
    const head = { method: 'HEAD', headers: raw.headers } as IncomingMessage
    const { default: sendFile } = await import('@fastify/send')
    const sent = await sendFile(head, encodeURIComponent(name).replaceAll('%2F', '/'), {
      root: folder,
      dotfiles: root === undefined ? 'allow' : 'ignore',
      index: false,
    })
    if (sent.type !== 'file') {
      const missing = sent.statusCode === 404 || sent.statusCode === 403 || sent.type === 'directory'
      if (root === undefined && missing) throw badFilePath(this.#path, 'there is no such file')
      if (missing || sent.statusCode === 400) throw new NotFound()
    }
    this.status = status !== undefined && sent.statusCode === 200 ? status : sent.statusCode
    for (const [header, value] of Object.entries(sent.headers)) {
      if (!this.headers.has(header)) this.headers.set(header, value)
    }
    if (type !== undefined) this.headers.set('content-type', type)
    if (download)
      this.headers.set('content-disposition', disposition(download === true ? basename(name) : download))
    this.body = sent.type === 'file' && this.status !== 304 ? contentOf(sent) : sent.stream
  }
}

function contentOf({ headers, metadata }: { headers: object; metadata: { path: string } }): Readable {
  const { 'Content-Length': length, 'Content-Range': range = '' } = headers as Record<
    string,
    string | undefined
  >
  const start = Number(/^bytes (\d+)-/.exec(range)?.[1] ?? 0)
  return openLazily(metadata.path, start, start + Number(length) - 1)
}

/**
 * A file of the disk, streamed, with its type, ETag, Last-Modified, ranges and 304.
 *
 * @param path the file; when it comes from a user, `root` has to be given
 * @throws when it is sent: TAO_FILE when there is no such file; with `root`, 404
 */
export function file(path: string, options: FileOptions = {}): HttpResponse {
  return new FileResponse(path, options)
}

/** `Content-Disposition` with the name twice, as RFC 6266 has it: in ASCII, and as it is. */
function disposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
