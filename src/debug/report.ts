import { relative, sep } from 'node:path'
import type { Place } from '../base/errors.ts'
import { readExcerpt, type Excerpt } from './excerpt.ts'
import { maskUrls } from './mask.ts'
import { ownerOf, parseStack, type Owner, type RawFrame } from './frame.ts'

/** One step of the way to an error, with the source around it where it can be read. */
export interface ReportFrame extends RawFrame {
  owner: Owner
  /** The file as a person names it: from the project's root, or from `node_modules`. */
  shown: string
  source: Excerpt | undefined
}

/** An error as plain data: it can cross to another process and become a page, JSON or text there. */
export interface ErrorReport {
  name: string
  message: string
  code: string | undefined
  status: number | undefined
  hint: string | undefined
  /** The place at fault, when the error itself knows it better than its stack does. */
  place: ReportFrame | undefined
  /** The templates between the fault and the page, innermost first. */
  templates: ReportFrame[]
  frames: ReportFrame[]
  /** Plain values that were set on the error. */
  details: Record<string, unknown>
  cause: ErrorReport | undefined
}

export interface ReportFolders {
  /** The project's folder. */
  root: string
  /** The folder of tao's own package. */
  tao: string
}

interface ErrorLike {
  name?: unknown
  message?: unknown
  stack?: unknown
  code?: unknown
  status?: unknown
  hint?: unknown
  place?: Place | undefined
  details?: Record<string, unknown> | undefined
  cause?: unknown
}

const deepestCause = 8
const mostFrames = 50

/**
 * Describes whatever was thrown. It never throws itself, whatever was thrown has for properties.
 * @param thrown an Error, or anything at all
 */
export function describeError(thrown: unknown, folders: ReportFolders): ErrorReport {
  return describe(thrown, folders, deepestCause, new Set())
}

function describe(thrown: unknown, folders: ReportFolders, depth: number, seen: Set<unknown>): ErrorReport {
  seen.add(thrown)
  const error: ErrorLike = isObject(thrown) ? thrown : {}
  const stack = text(read(error, 'stack'))
  const place = read(error, 'place') as Place | undefined
  const details = (read(error, 'details') ?? {}) as Record<string, unknown>
  const cause = read(error, 'cause')
  const isError = thrown instanceof Error || stack !== undefined
  return {
    name: (isError ? nameOf(error) : undefined) ?? `Thrown ${typeof thrown}`,
    message: maskUrls(text(read(error, 'message')) ?? (isError ? '' : print(thrown))),
    code: text(read(error, 'code')),
    status: numeric(read(error, 'status') ?? read(error, 'statusCode' as keyof ErrorLike)),
    hint: text(read(error, 'hint')),
    place: toFrame(place, folders),
    templates: templateChain(details, folders),
    frames: framesOf(stack, folders),
    details: plainDetails(details),
    cause:
      cause === undefined || cause === null || seen.has(cause) || depth === 0
        ? undefined
        : describe(cause, folders, depth - 1, seen),
  }
}

function framesOf(stack: string | undefined, folders: ReportFolders): ReportFrame[] {
  return parseStack(stack)
    .slice(0, mostFrames)
    .map((frame) => withSource(frame, folders))
}

function withSource(frame: RawFrame, { root, tao }: ReportFolders): ReportFrame {
  const owner = ownerOf(frame.file, root, tao)
  const source =
    frame.line === undefined || owner === 'node' ? undefined : readExcerpt(frame.file, frame.line)
  return { ...frame, owner, shown: shownAs(frame.file, root, tao, owner), source }
}

function shownAs(file: string, root: string, tao: string, owner: Owner): string {
  if (owner === 'node') return file
  if (owner === 'tao') return `tao1/${relative(tao, file).split(sep).join('/')}`
  const inPackages = Math.max(file.lastIndexOf('/node_modules/'), file.lastIndexOf('\\node_modules\\'))
  if (inPackages !== -1) return file.slice(inPackages + '/node_modules/'.length).replaceAll('\\', '/')
  return owner === 'project' ? relative(root, file).split(sep).join('/') : file
}

function toFrame(place: Place | undefined, folders: ReportFolders, call = ''): ReportFrame | undefined {
  if (!isObject(place) || typeof place.file !== 'string') return undefined
  return withSource({ call, file: place.file, line: place.line, column: place.column }, folders)
}

/** Template errors carry their way through the templates as `details.chain`. */
function templateChain(details: Record<string, unknown>, folders: ReportFolders): ReportFrame[] {
  const chain = details['chain']
  if (!Array.isArray(chain)) return []
  return chain.flatMap((link: (Place & { name?: unknown }) | undefined) => {
    const frame = toFrame(link, folders, text(link?.name) ?? '')
    return frame === undefined ? [] : [frame]
  })
}

function plainDetails(details: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(details).filter(([key]) => key !== 'chain')
  try {
    return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** A getter of somebody's error class may throw. */
function read(error: ErrorLike, key: keyof ErrorLike): unknown {
  try {
    return error[key]
  } catch {
    return undefined
  }
}

function nameOf(error: ErrorLike): string {
  const own = text(read(error, 'name'))
  const made = (error as object).constructor?.name
  return own !== undefined && own !== 'Error' ? own : made || own || 'Error'
}

function print(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  } catch {
    return 'a value that has no text'
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function numeric(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The frame to look at first: the place the error names, else the innermost frame of the project, else any. */
export function mainFrame(report: ErrorReport): ReportFrame | undefined {
  return (
    report.place ??
    report.templates[0] ??
    report.frames.find((frame) => frame.owner === 'project') ??
    (report.cause && mainFrame(report.cause)) ??
    report.frames[0]
  )
}
