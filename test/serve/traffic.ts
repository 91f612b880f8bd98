import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { ask, type Answer } from './ask.ts'

/** Steady requests: three clients keep their connections, two connect anew each time. */
export interface Traffic {
  /** Resolves with the first answer from now on that is as wanted. */
  until(isWanted: (answer: Answer) => boolean): Promise<Answer>
  /** Lets what is under way finish. */
  stop(): Promise<{ answers: number; failures: unknown[] }>
}

/** Milliseconds between an answer and the next request. */
const pause = 10

/** @param isRight anything else that is answered is a failure */
export function startTraffic(url: string, isRight: (answer: Answer) => boolean): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: 3 })
  const waiters = new Set<(answer: Answer) => void>()
  const failures: unknown[] = []
  const time = { isOver: false }
  let answers = 0

  async function client(connection: Agent | false): Promise<void> {
    while (!time.isOver) {
      try {
        const answer = await ask(url, connection)
        answers += 1
        if (!isRight(answer)) failures.push(answer)
        for (const tell of waiters) tell(answer)
      } catch (error) {
        failures.push(error)
        // A server that is gone would be asked without end.
        if (failures.length > 50) return
      }
      // What is tested needs some of the processor, too.
      await delay(pause)
    }
  }
  const clients = [client(agent), client(agent), client(agent), client(false), client(false)]

  return {
    until: (isWanted) =>
      new Promise((resolve) => {
        const tell = (answer: Answer): void => {
          if (!isWanted(answer)) return
          waiters.delete(tell)
          resolve(answer)
        }
        waiters.add(tell)
      }),
    async stop() {
      time.isOver = true
      await Promise.all(clients)
      agent.destroy()
      return { answers, failures }
    },
  }
}
