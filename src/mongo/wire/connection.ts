import type { Socket } from 'node:net'
import { FrameReader, ProtocolError, type Frame } from './frames.ts'
import { NO_SEQUENCES, OP_MSG, readOpMsg, writeOpMsg, type Message } from './op-msg.ts'
import { OP_QUERY, readOpQuery, writeOpReply } from './op-query.ts'

/** Answers one command with the bytes of a reply document; never throws for what a client can cause. */
export interface Answer {
  (message: Message, legacy: boolean): Uint8Array | Promise<Uint8Array>
}

/** What a client may send on while its command is at work, before it has to wait. */
const AHEAD = 256 * 1024

/**
 * Serves one client: its messages one after another, each answered before the next is looked at.
 * Bytes that are no message end this connection and nothing else.
 */
export function serveConnection(socket: Socket, answer: Answer, closed: () => void): void {
  const reader = new FrameReader()
  let replies = 0
  let busy = false

  const drain = (): void => {
    busy = true
    try {
      for (let next = reader.next(); next; next = reader.next()) {
        const reply = receive(next)
        if (reply instanceof Promise) {
          reply.then(resume, broken)
          return
        }
        send(reply)
      }
    } catch {
      broken()
      return
    }
    busy = false
  }

  const resume = (reply: Buffer | undefined): void => {
    send(reply)
    if (socket.isPaused()) socket.resume()
    drain()
  }

  const send = (reply: Buffer | undefined): void => {
    if (reply && socket.writable) socket.write(reply)
  }

  const broken = (): void => {
    socket.destroy()
  }

  const receive = (next: Frame): Buffer | undefined | Promise<Buffer | undefined> => {
    const requestId = ++replies & 0x7fffffff
    if (next.opCode === OP_MSG) {
      const message = readOpMsg(next)
      const write = (reply: Uint8Array): Buffer | undefined =>
        message.silent ? undefined : writeOpMsg(next.requestId, requestId, reply)
      const reply = answer(message, false)
      return reply instanceof Promise ? reply.then(write) : write(reply)
    }
    if (next.opCode === OP_QUERY) {
      const { query, namespace } = readOpQuery(next)
      if (!namespace.endsWith('.$cmd')) throw new ProtocolError(`query of ${namespace}`)
      const write = (reply: Uint8Array): Buffer => writeOpReply(next.requestId, requestId, reply)
      const reply = answer({ body: query, sequences: NO_SEQUENCES, silent: false }, true)
      return reply instanceof Promise ? reply.then(write) : write(reply)
    }
    throw new ProtocolError(`operation ${next.opCode}`)
  }

  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    reader.push(chunk)
    if (!busy) drain()
    else if (reader.waiting > AHEAD) socket.pause()
  })
  // A client that goes away in the middle of anything is no event worth more than closing.
  socket.on('error', () => socket.destroy())
  socket.on('close', closed)
}
