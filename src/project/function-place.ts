import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Place } from '../base/errors.ts'
import type { AnyFunction } from './settings.ts'

/** Where a function is written. See `functionPlaces`. */
export function functionPlace(fn: AnyFunction): Place | undefined {
  return functionPlaces([fn])[0]
}

/**
 * Where functions are written, in the site's own source; `undefined` for native and bound ones. It asks the engine's
 * inspector, which slows the process while it is at it: for commands and error messages, not for requests.
 */
export function functionPlaces(functions: readonly AnyFunction[]): (Place | undefined)[] {
  const session = new Session()
  // The inspector finds values by an expression, so they must be reachable from one for a moment.
  const key = `__tao_functions_${process.hrtime.bigint()}`
  const reachable = globalThis as Record<string, unknown>
  reachable[key] = functions
  session.connect()
  try {
    const scripts = new Map<string, Script>()
    session.on('Debugger.scriptParsed', ({ params }) => {
      scripts.set(params.scriptId, {
        url: params.url,
        sourceMapUrl: params.sourceMapURL ?? '',
        map: undefined,
      })
    })
    post(session, 'Debugger.enable')
    return functions.map((_, index) =>
      locate(session, `globalThis[${JSON.stringify(key)}][${index}]`, scripts),
    )
  } finally {
    session.disconnect()
    delete reachable[key]
  }
}

interface Script {
  url: string
  sourceMapUrl: string
  /** null: there is none that can be read. */
  map: SourceMap | null | undefined
}

interface Location {
  scriptId: string
  lineNumber: number
  columnNumber: number
}

function locate(session: Session, expression: string, scripts: Map<string, Script>): Place | undefined {
  const { result } = post(session, 'Runtime.evaluate', { expression }) as { result: { objectId?: string } }
  if (result.objectId === undefined) return undefined
  const { internalProperties = [] } = post(session, 'Runtime.getProperties', {
    objectId: result.objectId,
    ownProperties: true,
  }) as { internalProperties?: { name: string; value?: { value?: unknown } }[] }
  const location = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value as
    | Location
    | undefined
  const script = location === undefined ? undefined : scripts.get(location.scriptId)
  if (location === undefined || script === undefined) return undefined
  const file = asPath(script.url)
  if (file === undefined) return undefined
  script.map ??= readSourceMap(script)
  const entry = script.map?.findEntry(location.lineNumber, location.columnNumber)
  return entry !== undefined && 'originalLine' in entry
    ? {
        file: originalFile(script, entry.originalSource) ?? file,
        line: entry.originalLine + 1,
        column: entry.originalColumn + 1,
      }
    : { file, line: location.lineNumber + 1, column: location.columnNumber + 1 }
}

/** In one thread the inspector answers before `post` returns. */
function post(session: Session, method: string, params: object = {}): unknown {
  let answer: unknown
  session.post(method, params, (error, result) => {
    if (error) throw error
    answer = result
  })
  return answer
}

function readSourceMap({ url, sourceMapUrl }: Script): SourceMap | null {
  try {
    const inline = /^data:[^,]*;base64,(.*)$/.exec(sourceMapUrl)?.[1]
    const text =
      inline === undefined
        ? readFileSync(new URL(sourceMapUrl, asUrl(url)), 'utf8')
        : Buffer.from(inline, 'base64').toString()
    return sourceMapUrl === ''
      ? null
      : new SourceMap(JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0])
  } catch {
    return null
  }
}

function originalFile({ url }: Script, source: string): string | undefined {
  try {
    return fileURLToPath(new URL(source, asUrl(url)))
  } catch {
    return undefined
  }
}

function asUrl(url: string): string {
  return url.startsWith('/') ? `file://${url}` : url
}

function asPath(url: string): string | undefined {
  if (url.startsWith('/') || /^[A-Za-z]:[\\/]/.test(url)) return url.replace(/\?.*$/, '')
  return url.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : undefined
}
