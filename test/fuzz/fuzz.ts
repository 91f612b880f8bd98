import * as fc from 'fast-check'
import { buildPackage } from '../serve/built-package.ts'
import { makeSite, startServing, type Serving } from '../serve/serving.ts'
import { fuzzedSocket, type FuzzedSocket } from './frames.ts'
import { judgeRequest, judgeSocket } from './judge.ts'
import { fuzzedRequest, type FuzzedRequest } from './requests.ts'
import { FUZZED_SITE } from './site.ts'
import { talk } from './talk.ts'

export interface FuzzOptions {
  seed: number
  /** Rounds of up to 24 connections at once. */
  rounds: number
  /** Milliseconds after which no further round begins. */
  time?: number | undefined
  onBatch?: ((told: { rounds: number; connections: number; state: State }) => void) | undefined
}

export interface State {
  heap: number
  outside: number
  /** Open connections. */
  sockets: number
}

type Attack = { kind: 'request'; request: FuzzedRequest } | { kind: 'socket'; socket: FuzzedSocket }

const attacks: fc.Arbitrary<Attack[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fuzzedRequest.map((request): Attack => ({ kind: 'request', request })) },
    { weight: 1, arbitrary: fuzzedSocket.map((socket): Attack => ({ kind: 'socket', socket })) },
  ),
  { minLength: 1, maxLength: 24 },
)

const BATCH = 100
/** What a site may grow by while it answers anything at all: caches are bounded. */
const MOST_GROWN = 40 << 20
/** The one that asks, and those whose end is still under way. */
const MOST_OPEN = 24

/**
 * Sends a real server all kinds of requests, and looks at what it answers and how it is afterwards.
 * @throws with the smallest attack that does harm, and what to type to see it again
 */
export async function fuzz({
  seed,
  rounds,
  time = Number.POSITIVE_INFINITY,
  onBatch,
}: FuzzOptions): Promise<number> {
  const built = buildPackage()
  const site = makeSite(built, FUZZED_SITE)
  const folders = [site.folder, built.folder]
  const until = performance.now() + time
  let connections = 0
  let serving: Serving | undefined
  try {
    serving = await startServing(built, site, { reload: false })
    const port = Number(new URL(serving.url).port)
    const watched = serving
    let before: State | undefined
    for (let round = 0; round < rounds && performance.now() < until; round += BATCH) {
      const property = fc.asyncProperty(attacks, async (all) => {
        connections += all.length
        const from = watched.output.length
        const verdicts = await Promise.all(all.map((attack) => attackOnce(port, attack, folders)))
        const wrong = verdicts.find((verdict) => verdict !== undefined)
        if (wrong !== undefined) throw new Error(wrong)
        await assertWell(port)
        const logged = watched.output
          .slice(from)
          .split('\n')
          .find((line) => !/^\{"level":(?:[1-4]0)\b/.test(line) && line !== '')
        if (logged !== undefined) throw new Error(`the server said: ${logged.slice(0, 2000)}`)
      })
      const result = await fc.check(property, {
        seed: seed + round,
        numRuns: Math.min(BATCH, rounds - round),
        interruptAfterTimeLimit: Math.max(1, Math.min(until - performance.now(), 2 ** 31 - 1)),
      })
      if (result.failed && result.counterexample !== null) throw found(result, seed + round)
      const state = await readState(port)
      // The first batch fills what is kept: compiled code, caches.
      before ??= state
      if (state.heap - before.heap > MOST_GROWN || state.outside - before.outside > MOST_GROWN)
        throw new Error(`memory grew from ${JSON.stringify(before)} to ${JSON.stringify(state)}`)
      if (state.sockets > MOST_OPEN)
        throw new Error(`${state.sockets} connections are open that every client has left`)
      onBatch?.({ rounds: round + BATCH, connections, state })
    }
    return connections
  } finally {
    await serving?.stop()
    site.remove()
    built.remove()
  }
}

function found({ counterexample, errorInstance }: fc.RunDetails<[Attack[]]>, seed: number): Error {
  const sent = counterexample![0].map((attack) =>
    attack.kind === 'request'
      ? `${shown(attack.request.bytes)}, then ${attack.request.ending}`
      : `${JSON.stringify(attack.socket.handshake)} and ${shown(attack.socket.frames)}`,
  )
  const reason = errorInstance instanceof Error ? errorInstance.message : 'a failure'
  return new Error(`${reason}\nFound with --seed ${seed}, after:\n${sent.join('\n')}`)
}

/** As text of a program, what is repeated many times told by its number. */
function shown(bytes: Buffer): string {
  return JSON.stringify(
    bytes
      .toString('latin1')
      .replaceAll(/(.)\1{50,}/gs, (all, one) => `${one}(x${all.length})`)
      .slice(0, 1500),
  )
}

async function attackOnce(
  port: number,
  attack: Attack,
  folders: readonly string[],
): Promise<string | undefined> {
  if (attack.kind === 'socket') {
    const { socket } = attack
    return judgeSocket(
      socket,
      await talk(port, [Buffer.from(socket.handshake), socket.frames], 'half-close'),
      folders,
    )
  }
  const { request } = attack
  const { bytes, cut, ending } = request
  return judgeRequest(
    request,
    await talk(port, [bytes.subarray(0, cut), bytes.subarray(cut)], ending),
    folders,
  )
}

/** The next good request is answered. */
async function assertWell(port: number): Promise<void> {
  const asked = Buffer.from('GET /good HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  const { bytes, hasEnded } = await talk(port, [asked], 'wait')
  if (!hasEnded || !bytes.toString().startsWith('HTTP/1.1 200 '))
    throw new Error(`a good request after it got: ${bytes.toString().slice(0, 200)}`)
}

async function readState(port: number): Promise<State> {
  const response = await fetch(`http://127.0.0.1:${port}/state`)
  return (await response.json()) as State
}
