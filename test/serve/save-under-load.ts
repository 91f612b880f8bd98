import { Agent } from 'node:http'
import { ask, askUntil } from './ask.ts'

export interface LoadResult {
  answers: number
  /** Requests without an answer, and answers that are none of any version. */
  lost: unknown[]
  /** Answers by code older than one that had been heard before the request was sent. */
  stale: number
}

/**
 * Saves again and again while five clients ask without a pause, three kept-alive ones and two that connect anew each time.
 * Some saves wait for their answer, some come while the one before is being started.
 * @param url a page that answers `version N`
 * @param save saves the version
 */
export async function saveUnderLoad(
  url: string,
  save: (version: number) => void,
  saves: number,
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const result: LoadResult = { answers: 0, lost: [], stale: 0 }
  const time = { isOver: false }
  let newest = 1
  const load = async (connection: Agent | false): Promise<void> => {
    while (!time.isOver) {
      const known = newest
      try {
        const { status, body } = await ask(url, connection)
        const version = Number(/^version (\d+)$/.exec(body)?.[1])
        if (status !== 200 || Number.isNaN(version)) result.lost.push(`${status} ${body}`)
        if (version < known) result.stale += 1
        newest = Math.max(newest, version)
        result.answers += 1
      } catch (error) {
        result.lost.push(error)
      }
    }
  }
  const clients = [load(agent), load(agent), load(agent), load(false), load(false)]
  try {
    for (let version = 2; version <= saves + 1; version++) {
      save(version)
      if (version % 3 !== 0) await askUntil(url, `version ${version}`)
    }
    await askUntil(url, `version ${saves + 1}`)
  } finally {
    time.isOver = true
    await Promise.all(clients)
    agent.destroy()
  }
  return result
}
