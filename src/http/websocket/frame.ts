import { unsendable } from '../errors.ts'

/** A message as it goes out. */
export interface Frame {
  readonly payload: string | Uint8Array
  readonly isBinary: boolean
}

/**
 * Text as it is, bytes as they are, anything else as JSON.
 *
 * @throws TAO_WEBSOCKET_MESSAGE for what JSON knows no word for (`undefined`, a function), TypeError for a cycle, a BigInt
 */
export function toFrame(data: unknown): Frame {
  if (typeof data === 'string') return { payload: data, isBinary: false }
  if (data instanceof Uint8Array) return { payload: data, isBinary: true }
  if (data instanceof ArrayBuffer) return { payload: new Uint8Array(data), isBinary: true }
  if (ArrayBuffer.isView(data))
    return { payload: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), isBinary: true }
  return toJsonFrame(data)
}

export function toJsonFrame(value: unknown): Frame {
  const payload = JSON.stringify(value) as string | undefined
  if (payload === undefined) throw unsendable(typeof value)
  return { payload, isBinary: false }
}
