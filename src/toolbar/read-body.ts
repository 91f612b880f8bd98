import type { Request } from '../http/index.ts'
import type { BodyRecord, Field } from './record.ts'
import { showFields, showValue } from './show-value.ts'

interface FileLike {
  name: string
  type: string
  size: number
}

/** What a view read of its request's body; nothing when it did not, for looking must not be the first to read. */
export async function readBody({ openedBody }: Request): Promise<BodyRecord | undefined> {
  if (openedBody === undefined || !(openedBody.result instanceof Promise)) return undefined
  const { reader, result } = openedBody
  try {
    return { reader, fields: showBody(await (result as Promise<unknown>)) }
  } catch (error) {
    return { reader, fields: [{ name: 'failed', value: (error as Error).message }] }
  }
}

function showBody(body: unknown): Field[] {
  if (body instanceof Uint8Array) return [{ name: 'bytes', value: String(body.byteLength) }]
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return [{ name: 'value', value: showValue('value', body) }]
  }
  const files = 'getAll' in body ? describeFiles(body as unknown as Iterable<[string, unknown]>) : body
  return showFields(files)
}

/** A form whose files are told by name, type and size. */
function describeFiles(form: Iterable<[string, unknown]>): URLSearchParams {
  return new URLSearchParams(
    [...form].map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : fileText(value as FileLike),
    ]),
  )
}

function fileText({ name, type, size }: FileLike): string {
  return `${name} (${type}, ${size} bytes)`
}
