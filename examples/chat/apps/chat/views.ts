import { Forbidden, Type, redirect, templ, type Request, type Static } from 'tao1'

declare module 'tao1' {
  interface SessionData {
    name: string
  }
}

export const Guest = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 30 }),
  room: Type.String({ pattern: '^[a-z0-9-]{1,30}$' }),
})

interface Said {
  name: string
  text: string
}

export function index(request: Request) {
  return templ('chat:index', request)
}

export function enter(request: Request<object, Static<typeof Guest>>) {
  request.session.name = request.body.name
  return redirect('chat:room', { room: request.body.room })
}

export function room(request: Request<{ room: string }>) {
  if (!request.session.name) return redirect('chat:index')
  return templ('chat:room', request, { room: request.params.room })
}

/** Says who is there at every change, and what anybody writes. */
export async function live(request: Request<{ room: string }>) {
  const { name } = request.session
  if (!name) throw new Forbidden('Say your name first')
  const socket = await request.websocket({ maxMessage: 4096 })
  const room = request.app.channel<Said, string>(`chat ${request.params.room}`)
  const stop = await room.watch(({ members }) => socket.send({ there: members.map(({ about }) => about) }))
  try {
    await room.join(socket, name)
    for await (const text of socket) await room.send({ name, text: String(text) })
  } finally {
    stop()
  }
}
