import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Only these of the frameworks compared. */
  peers: string | undefined
  /** Only these workloads. */
  work: string | undefined
  rounds: number | undefined
  milliseconds: number | undefined
  /** Whether docs/performance.md and its chart are to tell of this run. */
  write: boolean
}

/** The options after `npm run bench NAME --`; what is not known ends the process. */
export function readOptions(): BenchOptions {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      options: { peers: text, work: text, rounds: text, milliseconds: text, write: { type: 'boolean' } },
    })
    const { peers, work, rounds, milliseconds, write = false } = values
    return { peers, work, rounds: whole(rounds), milliseconds: whole(milliseconds), write }
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}

function whole(given: string | undefined): number | undefined {
  if (given === undefined || /^[1-9]\d*$/.test(given)) return given === undefined ? undefined : Number(given)
  throw new Error(`${given} is no number of rounds or milliseconds: 1 or more.`)
}

/** The names in an option, which have to be known. */
export function chosen(given: string | undefined, known: readonly string[]): string[] | undefined {
  const names = given?.split(',')
  const unknown = names?.filter((name) => !known.includes(name)) ?? []
  if (unknown.length === 0) return names
  console.error(`Nothing is called ${unknown.join(', ')} here. Known are ${known.join(', ')}.`)
  process.exit(2)
}
