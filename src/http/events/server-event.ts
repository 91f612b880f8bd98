import { badEvent } from '../errors.ts'

/** One event of a stream. Source: the HTML standard, section "Server-sent events". */
export interface ServerEvent {
  /** Text as it is, anything else as JSON. */
  data?: unknown
  /** Its type; listeners of `message` hear those without. */
  event?: string | undefined
  /** Comes back as `Last-Event-ID` when the client connects again. */
  id?: string | number | undefined
  /** Seconds until a client that lost the connection tries again. */
  retry?: number | undefined
}

/**
 * An event as it goes over the wire.
 *
 * @throws TAO_EVENT for what is no object, for a type or an id with a line break, which would begin another field, and for data that has no JSON
 */
export function formatEvent(given: ServerEvent): string {
  if (typeof given !== 'object' || given === null)
    throw badEvent(`it is a ${typeof given}, and no object such as { data: 'text' }`)
  const { data, event, id, retry } = given
  let text = ''
  if (retry !== undefined) text += `retry: ${Math.round(retry * 1000)}\n`
  if (id !== undefined) text += `id: ${oneLine('id', String(id))}\n`
  if (event !== undefined) text += `event: ${oneLine('type', event)}\n`
  if (data !== undefined) for (const line of toText(data).split(/\r\n|\r|\n/)) text += `data: ${line}\n`
  return text === '' ? '' : `${text}\n`
}

function oneLine(what: string, text: string): string {
  if (/[\r\n\0]/.test(text))
    throw badEvent(`its ${what} ${JSON.stringify(text.slice(0, 60))} is more than one line`)
  return text
}

function toText(data: unknown): string {
  if (typeof data === 'string') return data
  if (data instanceof Uint8Array) return Buffer.from(data).toString('base64')
  const json = JSON.stringify(data) as string | undefined
  if (json === undefined) throw badEvent(`its data is a ${typeof data}, which has no JSON`)
  return json
}
