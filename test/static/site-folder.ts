import { mkdir, mkdtemp, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import {
  createStatic,
  type StaticAnswer,
  type StaticFiles,
  type StaticOptions,
} from '../../src/static/index.ts'

export interface SiteFolder extends AsyncDisposable {
  root: string
  static: string
  write(path: string, content: string | Buffer): Promise<string>
}

/** A site's folder with a few files, removed at the end. */
export async function makeSite(files: Record<string, string | Buffer> = {}): Promise<SiteFolder> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'tao-test-')))
  async function write(path: string, content: string | Buffer): Promise<string> {
    const file = join(root, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    return file
  }
  await mkdir(join(root, 'static'))
  for (const [path, content] of Object.entries(files)) await write(path, content)
  return {
    root,
    static: join(root, 'static'),
    write,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

export function staticOf(
  site: SiteFolder,
  apps: string[] = [],
  options: Partial<StaticOptions> = {},
): StaticFiles {
  return createStatic({
    siteFolder: site.static,
    apps: apps.map((name) => ({ name, staticFolder: join(site.root, 'apps', name, 'static') })),
    url: '/static/',
    maxAge: 3600,
    fresh: false,
    ...options,
  })
}

export interface Read {
  status: number
  headers: Record<string, string>
  text: string
}

/** Serves and reads the answer to its end; `undefined` for what is not there. */
export async function get(
  files: StaticFiles,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Read | undefined> {
  const answer = await files.serve(path, { method, headers })
  return answer && { status: answer.status, headers: { ...answer.headers }, text: await textOf(answer) }
}

async function textOf({ body }: StaticAnswer): Promise<string> {
  if (body === undefined || Buffer.isBuffer(body)) return body?.toString('latin1') ?? ''
  const pieces: Buffer[] = []
  for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString('latin1')
}

export function isStream(answer: StaticAnswer | undefined): boolean {
  return answer?.body instanceof Readable
}

/** Whether the system tells which files are open. */
export const tellsOpenFiles: boolean = process.platform === 'linux'

/** The files of a folder this process holds open. */
export async function openFilesIn(folder: string): Promise<string[]> {
  if (!tellsOpenFiles) return []
  const names = await readdir('/proc/self/fd')
  const paths = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return paths.filter((path) => path.startsWith(folder))
}
