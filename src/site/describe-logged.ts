import { stdSerializers } from 'pino'

/**
 * An error as pino writes it, but for the messages of its causes behind its own: the stack has them, and an error that
 * explains its cause would say all twice.
 */
export function describeLogged(error: Error): ReturnType<typeof stdSerializers.err> {
  const described = stdSerializers.err(error)
  if (error instanceof Error) described.message = error.message
  return described
}
