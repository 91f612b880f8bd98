export type { Channel, Delivery, Joiner, Member, MemberChange } from './channel.ts'
export { createChannels, type Channels, type ChannelsOptions } from './create-channels.ts'
export * from './errors.ts'
