import { createError, type ErrorFactory } from '../base/errors.ts'

export const badChannelName: ErrorFactory<[what: string]> = createError(
  'TAO_CHANNEL_NAME',
  (what: string) => `The name of a channel was ${what}; it is a text of 1 to 200 characters.`,
)

/** Of a name that may well come from a user. */
export const unfitChannelName: ErrorFactory<[what: string]> = createError(
  'TAO_CHANNEL_NAME_UNFIT',
  (what: string) => `No channel can have this name: ${what}.`,
  { status: 400 },
)

export const badChannelMessage: ErrorFactory<[channel: string, what: string]> = createError(
  'TAO_CHANNEL_MESSAGE',
  (channel: string, what: string) =>
    `A message for the channel "${channel}" was ${what}, which is neither text nor bytes and has no JSON.`,
)
