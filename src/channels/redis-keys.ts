/** The names of a site's channels in Redis. Sites that share a server keep apart by their names. */
export interface RedisKeys {
  /** What is published under: a channel's messages. */
  messages(channel: string): string
  /** The channel that `messages` was made of. */
  channelOf(key: string): string
  /** A hash of members, by server and id. */
  members(channel: string): string
  /** There while a server lives. */
  server(id: string): string
}

export function redisKeys(site: string): RedisKeys {
  // A colon in the site's name would make two sites of one.
  const root = `tao:${encodeURIComponent(site)}`
  const prefix = `${root}:channel:`
  return {
    messages: (channel) => prefix + channel,
    channelOf: (key) => key.slice(prefix.length),
    members: (channel) => `${root}:members:${channel}`,
    server: (id) => `${root}:server:${id}`,
  }
}
