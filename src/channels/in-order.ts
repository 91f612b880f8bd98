import type { Member } from './channel.ts'

/** Who joined first comes first. */
export function inOrder(members: readonly Member[]): Member[] {
  return [...members].sort((a, b) => a.joined - b.joined || (a.id < b.id ? -1 : 1))
}
