import { createError, type ErrorFactory } from '../base/errors.ts'

export const badChannelName: ErrorFactory<[what: string]> = createError(
  'TAO_CHANNEL_NAME',
  (what: string) => `The name of a channel was ${what}; it is a text of 1 to 200 characters.`,
)

export const badChannelMessage: ErrorFactory<[channel: string, what: string]> = createError(
  'TAO_CHANNEL_MESSAGE',
  (channel: string, what: string) =>
    `A message for the channel "${channel}" was ${what}, which is neither text nor bytes and has no JSON.`,
)
