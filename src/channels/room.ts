import type { Logger } from 'pino'
import type { Joiner, Member, MemberChange } from './channel.ts'
import { inOrder } from './in-order.ts'
import type { Layer } from './layer.ts'
import type { Message } from './message.ts'

type Listener = (message: unknown) => unknown
type Watcher = (change: MemberChange) => unknown

/** Seconds between two looks at who is there in other processes: one that died told nobody. */
const LOOK = 5

/** A channel as far as this process has to do with it. */
export class Room {
  readonly name: string
  readonly joiners: Map<Joiner, Member> = new Map()
  /** Resolves when what others send arrives. */
  readonly ready: Promise<void>
  readonly #layer: Layer
  readonly #log: Pick<Logger, 'error'>
  readonly #listeners = new Set<Listener>()
  readonly #watchers = new Set<Watcher>()
  /** Members in other processes, as the watchers know them. */
  #others = new Map<string, Member>()
  /** Counts what was heard of others: a list that was asked for before is then old. */
  #heard = 0
  #looking: NodeJS.Timeout | undefined

  constructor(name: string, layer: Layer, log: Pick<Logger, 'error'>) {
    this.name = name
    this.#layer = layer
    this.#log = log
    this.ready = layer.subscribe(name)
  }

  get isEmpty(): boolean {
    return this.joiners.size === 0 && this.#listeners.size === 0 && this.#watchers.size === 0
  }

  /** Hands a message to all who are here. */
  deliver(message: Message, except?: Joiner): void {
    for (const joiner of this.joiners.keys())
      if (joiner !== except && !joiner.closed)
        this.#call(() => joiner.deliver(message), 'reach one who joined')
    for (const listener of this.#listeners) this.#call(() => listener(message.value), 'be taken')
  }

  listen(listener: Listener): () => void {
    // Its own function: the same one may subscribe twice.
    const own: Listener = (message) => listener(message)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  enter(joiner: Joiner, member: Member): Promise<void> {
    this.joiners.set(joiner, member)
    this.#tell([member], [])
    return this.#layer.enter(this.name, member)
  }

  leave(joiner: Joiner): Promise<void> {
    const member = this.joiners.get(joiner)
    if (member === undefined) return Promise.resolve()
    this.joiners.delete(joiner)
    this.#tell([], [member])
    return this.#layer.leave(this.name, member.id)
  }

  async members(): Promise<Member[]> {
    const others = (await this.#layer.others(this.name)) ?? [...this.#others.values()]
    return inOrder([...this.joiners.values(), ...others])
  }

  async watch(watcher: Watcher): Promise<() => void> {
    let hasBegun = false
    const own: Watcher = (change) => (hasBegun ? watcher(change) : undefined)
    this.#watchers.add(own)
    await this.ready
    await this.#look()
    if (this.#watchers.has(own)) {
      this.#looking ??= setInterval(() => void this.#look(), LOOK * 1000).unref()
      hasBegun = true
      const members = this.#all()
      this.#call(() => own({ joined: members, left: [], members }), 'be watched')
    }
    return () => {
      this.#watchers.delete(own)
      if (this.#watchers.size > 0) return
      clearInterval(this.#looking)
      this.#looking = undefined
      this.#others.clear()
    }
  }

  entered(member: Member): void {
    this.#heard++
    const known = this.#others.get(member.id)
    // Told twice: by itself, and by an answer to who is there.
    const isNews = JSON.stringify(known) !== JSON.stringify(member)
    if (this.#watchers.size === 0 || !isNews) return
    this.#others.set(member.id, member)
    this.#tell([member], [])
  }

  left(id: string): void {
    this.#heard++
    const member = this.#others.get(id)
    if (member === undefined) return
    this.#others.delete(id)
    this.#tell([], [member])
  }

  async #look(): Promise<void> {
    const heard = this.#heard
    const list = await this.#layer.others(this.name)
    if (list === undefined || heard !== this.#heard) return
    const now = new Map(list.map((member) => [member.id, member]))
    const joined = list.filter(({ id }) => !this.#others.has(id))
    const left = [...this.#others.values()].filter(({ id }) => !now.has(id))
    this.#others = now
    this.#tell(joined, left)
  }

  #tell(joined: readonly Member[], left: readonly Member[]): void {
    if (this.#watchers.size === 0 || joined.length + left.length === 0) return
    // Put together for who wants it: with thousands of members it costs more than all else about a change.
    const change: MemberChange = Object.defineProperty({ joined, left } as MemberChange, 'members', {
      enumerable: true,
      get: this.#listing(),
    })
    for (const watcher of this.#watchers) this.#call(() => watcher(change), 'be watched')
  }

  /** All members as they are when it is first called. */
  #listing(): () => readonly Member[] {
    let members: readonly Member[] | undefined
    return () => (members ??= this.#all())
  }

  #all(): Member[] {
    return inOrder([...this.joiners.values(), ...this.#others.values()])
  }

  /** What fails for one harms no other. */
  #call(work: () => unknown, what: string): void {
    const fail = (error: unknown): void =>
      this.#log.error({ err: error }, `The channel ${this.name} could not ${what}`)
    try {
      const result = work()
      if (result instanceof Promise) result.catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}
