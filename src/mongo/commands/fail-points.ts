import { setTimeout as delay } from 'node:timers/promises'
import { decode } from '../bson/codec.ts'
import { fail } from '../bson/errors.ts'
import { toPlain } from '../bson/plain.ts'
import { isDoc, isNumber, type Doc, type Value } from '../bson/value.ts'

/** Ends a connection without an answer. */
export class ConnectionDropped extends Error {}

interface FailPoint {
  data: Doc
  /** How often it lets a command pass, and how often it strikes then. */
  skip: number
  times: number
}

const NEVER: FailPoint = { data: new Map(), skip: 0, times: 0 }

/**
 * Failures that a test of a driver orders, as mongod has them when it was started for tests: `failCommand` alone.
 * Only a store in memory has them, and only when it was opened so.
 */
export class FailPoints {
  private point = NEVER
  private hits = 0
  private readonly applications = new Map<number, Value>()

  /** @returns how often the point has struck so far @throws MongoError for what it does not know */
  configure(name: Value | undefined, mode: Value | undefined, data: Value | undefined): number {
    if (name !== 'failCommand') fail(2, `the embedded store knows no failpoint but failCommand`)
    const before = this.hits
    if (mode === 'off') this.point = NEVER
    else {
      this.point = { data: isDoc(data) ? data : new Map(), ...readMode(mode) }
      this.hits = 0
    }
    return before
  }

  /** What is to happen to a command; undefined when nothing is. */
  strike(name: string, body: Doc, connection: number): Doc | undefined {
    const greeting = body.get('client')
    const application = isDoc(greeting) ? greeting.get('application') : undefined
    if (isDoc(application)) this.applications.set(connection, application.get('name') ?? null)
    const { point } = this
    const { data } = point
    const commands = data.get('failCommands')
    if (point.times === 0 || !Array.isArray(commands) || !commands.includes(name)) return undefined
    const appName = data.get('appName')
    if (appName !== undefined && appName !== this.applications.get(connection)) return undefined
    if (point.skip > 0) {
      point.skip--
      return undefined
    }
    point.times--
    this.hits++
    return data
  }
}

function readMode(mode: Value | undefined): { skip: number; times: number } {
  if (mode === 'alwaysOn') return { skip: 0, times: Number.POSITIVE_INFINITY }
  const times = isDoc(mode) ? mode.get('times') : undefined
  const skip = isDoc(mode) ? mode.get('skip') : undefined
  if (isNumber(times)) return { skip: 0, times: Number(toPlain(times)) }
  if (isNumber(skip)) return { skip: Number(toPlain(skip)), times: Number.POSITIVE_INFINITY }
  return fail(9, 'a failpoint needs a mode: off, alwaysOn, { times: N } or { skip: N }')
}

/** Does to a command what a fail point says. @throws ConnectionDropped; MongoError with the code it names */
export async function failAsTold(
  data: Doc,
  work: () => Doc | Buffer | Promise<Doc | Buffer>,
): Promise<Doc | Buffer> {
  if (data.get('blockConnection') === true) await delay(Number(toPlain(data.get('blockTimeMS') ?? 0)))
  if (data.get('closeConnection') === true) throw new ConnectionDropped()
  const code = data.get('errorCode')
  const labels = data.get('errorLabels')
  const extra: [string, Value][] = labels === undefined ? [] : [['errorLabels', labels]]
  if (code !== undefined) {
    return fail(
      Number(toPlain(code)),
      "Failing command via 'failCommand' failpoint",
      Object.fromEntries(extra),
    )
  }
  const outcome = await work()
  const concern = data.get('writeConcernError')
  if (concern === undefined) return outcome
  const answer = Buffer.isBuffer(outcome) ? decode(outcome) : outcome
  answer.set('writeConcernError', concern)
  for (const [name, value] of extra) answer.set(name, value)
  return answer
}
