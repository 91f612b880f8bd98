import type { Member } from './channel.ts'

/** The members that are in this process, by channel: what the others have to be told again when they have lost it. */
export class OwnMembers {
  readonly #channels = new Map<string, Map<string, Member>>()

  add(channel: string, member: Member): void {
    const members = this.#channels.get(channel)
    if (members) members.set(member.id, member)
    else this.#channels.set(channel, new Map([[member.id, member]]))
  }

  remove(channel: string, id: string): void {
    const members = this.#channels.get(channel)
    members?.delete(id)
    if (members?.size === 0) this.#channels.delete(channel)
  }

  get isEmpty(): boolean {
    return this.#channels.size === 0
  }

  get channels(): Iterable<string> {
    return this.#channels.keys()
  }

  of(channel: string): readonly Member[] {
    return [...(this.#channels.get(channel)?.values() ?? [])]
  }

  entries(): [channel: string, member: Member][] {
    return [...this.#channels].flatMap(([channel, members]) =>
      [...members.values()].map((member): [string, Member] => [channel, member]),
    )
  }
}
