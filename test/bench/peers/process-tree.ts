import { readdirSync, readFileSync } from 'node:fs'

/** One process of a server. */
export interface TreeProcess {
  pid: number
  /** Resident memory, MiB; pages that processes share count in each. */
  memory: number
  /** Milliseconds of processor so far, user and system. */
  cpu: number
}

/** A tick of `/proc/PID/stat`, proc(5): 100 a second wherever Linux runs Node. */
const TICK = 10
const PAGE = 4096 / (1 << 20)

/** Milliseconds of processor that children of this process used which have ended; 0 where there is no `/proc` to ask. */
export function endedChildren(): number {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[13]) + Number(fields[14])) * TICK
  } catch {
    return 0
  }
}

/** A process and those it started, and so on; `undefined` where there is no `/proc` to ask. */
export function processTree(root: number): TreeProcess[] | undefined {
  const parents = new Map<number, number>()
  const found = new Map<number, TreeProcess>()
  let names: string[]
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return undefined
  }
  for (const name of names) {
    let stat: string
    try {
      stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    } catch {
      // It has ended since.
      continue
    }
    // Behind the command's name, in which anything may stand.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const pid = Number(name)
    parents.set(pid, Number(fields[1]))
    const cpu = (Number(fields[11]) + Number(fields[12])) * TICK
    found.set(pid, { pid, cpu, memory: Number(fields[21]) * PAGE })
  }
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
      if (at === root) return true
    return false
  }
  return [...found.values()].filter(({ pid }) => isBelow(pid))
}
