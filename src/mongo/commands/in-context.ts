import { addContext } from '../bson/errors.ts'

/** Runs what may fail, now or later; an error says what was being done. */
export function inContext<T>(context: string, work: () => T | Promise<T>): T | Promise<T> {
  const failed = (error: unknown): never => {
    throw addContext(error, context)
  }
  try {
    const outcome = work()
    return outcome instanceof Promise ? outcome.catch(failed) : outcome
  } catch (error) {
    return failed(error)
  }
}
