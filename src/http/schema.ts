import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv'
import { createRequire } from 'node:module'
import type { TSchema } from '@sinclair/typebox'
import { badResponse, badSchema } from './errors.ts'
import { BadRequest, UnsupportedMediaType } from './http-error.ts'
import type { Request } from './request.ts'
import type { HttpResponse } from './response.ts'

export interface RouteSchemas {
  body?: TSchema | undefined
  query?: TSchema | undefined
  response?: TSchema | undefined
}

/** The checks of one route, compiled once. */
export interface SchemaChecks {
  /** Reads and checks what came; sets `request.body` and `request.args`. A promise only where a body has to come. */
  readonly incoming: ((request: Request) => Promise<void> | undefined) | undefined
  readonly outgoing: ((response: HttpResponse) => void) | undefined
}

export interface SchemaCompiler {
  compile(schemas: RouteSchemas, route: string): SchemaChecks
}

/** One reason why a value was refused. */
export interface Complaint {
  /** A JSON pointer (RFC 6901): `/title`; empty for the value itself. */
  place: string
  reason: string
}

const OPTIONS = {
  // Bounded by the body's size and depth limits; the loop over complaints stops at ten.
  allErrors: true,
  useDefaults: true,
  strict: false,
  allowUnionTypes: true,
  $data: false,
} as const

/** Compiles JSON Schemas with ajv: JSON as it is, the texts of forms and queries turned into the types asked for. */
export function createSchemaCompiler(): SchemaCompiler {
  const exact = lazily(() => makeAjv(OPTIONS))
  const coercing = lazily(() => makeAjv({ ...OPTIONS, coerceTypes: 'array' }))

  const compile = (ajv: () => Ajv, schema: TSchema, part: string, route: string): ValidateFunction => {
    try {
      return ajv().compile(schema)
    } catch (error) {
      throw badSchema(route, part, (error as Error).message, { cause: error })
    }
  }

  return {
    compile({ body, query, response }, route) {
      const jsonBody = body && compile(exact, body, 'body', route)
      const formBody = body && compile(coercing, body, 'body', route)
      const args = query && compile(coercing, query, 'query', route)
      const answer = response && compile(exact, response, 'response', route)
      return {
        incoming:
          body || query
            ? (request) => {
                if (args) set(request, 'args', check(args, flatten(request.query, query), 'query'))
                if (!jsonBody) return undefined
                return readBody(request, body, jsonBody, formBody!).then((value) =>
                  set(request, 'body', value),
                )
              }
            : undefined,
        outgoing: answer && ((sent) => checkAnswer(answer, sent, route)),
      }
    },
  }
}

// Loaded for those who declare schemas: it is a seventh of what a server without them loads.
function makeAjv(options: Options): Ajv {
  const require = createRequire(import.meta.url)
  const { Ajv } = require('ajv') as typeof import('ajv')
  // CommonJS whose types promise a default export.
  const addFormats = require('ajv-formats') as (ajv: Ajv) => void
  const ajv = new Ajv(options)
  addFormats(ajv)
  return ajv
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

function set(request: Request, name: 'body' | 'args', value: unknown): void {
  const writable: Record<'body' | 'args', unknown> = request
  writable[name] = value
}

async function readBody(
  request: Request,
  schema: TSchema,
  json: ValidateFunction,
  form: ValidateFunction,
): Promise<unknown> {
  const type = (request.raw.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type)) {
    return check(json, await request.json(), 'body')
  }
  if (type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data') {
    return check(form, flatten(await request.form(), schema), 'body')
  }
  throw new UnsupportedMediaType(
    `This address takes application/json or a form, not ${type === '' ? 'a body without a Content-Type' : type}.`,
    { headers: { accept: 'application/json, application/x-www-form-urlencoded, multipart/form-data' } },
  )
}

/** A `URLSearchParams` or a form. */
interface Fields {
  forEach(visit: (value: unknown, key: string) => void): void
}

/** One value for each key; a list where the schema wants one. Keys stay flat: nothing is made of `a[b]`. */
function flatten(fields: Fields, schema: TSchema): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, TSchema>
  const flat: Record<string, unknown> = {}
  fields.forEach((value, key) => {
    if (key === '__proto__') throw new BadRequest('A field is named "__proto__".')
    const isList = Object.hasOwn(properties, key) && properties[key]!['type'] === 'array'
    if (isList) flat[key] = [...((flat[key] as unknown[] | undefined) ?? []), value]
    else if (!Object.hasOwn(flat, key)) flat[key] = value
  })
  return flat
}

function check(validate: ValidateFunction, value: unknown, part: 'body' | 'query'): unknown {
  // ajv coerces and fills in defaults inside a parent: the holder lets it replace the value itself, too.
  if (validate(value)) return value
  const errors = complaints(validate.errors ?? [])
  const first = errors[0]!
  throw new BadRequest(
    `The ${part} is not valid: ${first.place === '' ? 'it' : first.place} ${first.reason}.`,
    {
      details: { errors },
    },
  )
}

function checkAnswer(validate: ValidateFunction, response: HttpResponse, route: string): void {
  if (response.status >= 300 || typeof response.body !== 'string') return
  if (!response.headers.get('content-type')?.includes('json')) return
  if (validate(JSON.parse(response.body))) return
  const [first] = complaints(validate.errors ?? [])
  throw badResponse(route, `${first?.place === '' ? 'it' : first?.place} ${first?.reason}`)
}

function complaints(errors: readonly ErrorObject[]): Complaint[] {
  return errors.slice(0, 10).map((error) => {
    if (error.keyword === 'required') {
      return { place: `${error.instancePath}/${error.params['missingProperty']}`, reason: 'is missing' }
    }
    if (error.keyword === 'additionalProperties') {
      return {
        place: `${error.instancePath}/${error.params['additionalProperty']}`,
        reason: 'is not expected',
      }
    }
    if (error.keyword === 'enum') {
      return {
        place: error.instancePath,
        reason: `must be one of ${JSON.stringify(error.params['allowedValues'])}`,
      }
    }
    return { place: error.instancePath, reason: error.message ?? 'is not valid' }
  })
}
