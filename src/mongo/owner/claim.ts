import { randomUUID } from 'node:crypto'
import { mkdirSync, realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { StoreError, storeError } from '../storage/errors.ts'
import { ANSWERED, askOwner } from './ask-owner.ts'
import { readFormat } from './format.ts'
import {
  beat,
  createHolder,
  lastBeat,
  readHolder,
  removeHolder,
  replaceHolder,
  type Holder,
} from './holder.ts'
import { takeKernelLock, type KernelLock } from './kernel-lock.ts'
import { currentPlace } from './place.ts'
import { folderSocketPath, isAlive, isUsable } from './socket-path.ts'

const BEAT_MS = 2000
const STALE_MS = 3 * BEAT_MS
const START_MS = 15_000

export interface Claim {
  readonly owner: true
  readonly folder: string
  readonly socket: string
  /** Lets another process own the folder. */
  release(): Promise<void>
}

export interface Guest {
  readonly owner: false
  readonly folder: string
  readonly socket: string
}

/**
 * Becomes the one owner of a data folder, or finds its living owner.
 *
 * @param lost is called when another host took the folder because this process had stopped beating
 * @throws StoreError when the folder cannot be used or is held where this process cannot reach
 */
export async function claimFolder(path: string, lost: () => void): Promise<Claim | Guest> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const folder = realpathSync(path)
    const { id } = readFormat(folder)
    const until = Date.now() + START_MS
    for (;;) {
      const outcome = await attempt(folder, id, lost)
      if (outcome) return outcome
      if (Date.now() > until) throw unreachable(folder, readHolder(folder))
      await delay(20)
    }
  } catch (error) {
    throw storeError(path, error)
  }
}

/** One look at the folder; undefined when its owner is just coming or going. */
async function attempt(folder: string, id: string, lost: () => void): Promise<Claim | Guest | undefined> {
  const lock = await takeKernelLock(folder, id)
  try {
    const holder = readHolder(folder)
    if (lock === 'held') return holder && (await guestOf(folder, holder))
    const place = currentPlace()
    if (holder && holder.place !== place && (await isBeating(folder, holder))) throw held(folder, holder)
    if (holder && holder.place === place && !lock && isAlive(holder.pid)) {
      const guest = await guestOf(folder, holder)
      if (guest || (await isBeating(folder, holder))) return guest
    }
    const socket =
      holder && holder.place === place && isUsable(holder.socket) ? holder.socket : folderSocketPath(folder)
    const token = randomUUID()
    const mine: Holder = {
      pid: process.pid,
      host: hostname(),
      place,
      since: new Date().toISOString(),
      socket,
      token,
    }
    if (await write(folder, holder, mine, lock !== undefined)) return keep(folder, mine, lock, lost)
    await lock?.release()
    return undefined
  } catch (error) {
    if (lock !== 'held') await lock?.release()
    throw error
  }
}

async function write(
  folder: string,
  before: Holder | undefined,
  mine: Holder,
  locked: boolean,
): Promise<boolean> {
  if (!before && createHolder(folder, mine)) return true
  if (readHolder(folder)?.token !== before?.token) return false
  replaceHolder(folder, mine)
  // Without a lock that covers the other side, two may replace the same dead holder: the last one stays.
  if (!locked || before?.place !== mine.place) await delay(300)
  return readHolder(folder)?.token === mine.token
}

function keep(folder: string, mine: Holder, lock: KernelLock | undefined, lost: () => void): Claim {
  let missed = false
  const timer = setInterval(() => {
    try {
      if (readHolder(folder)?.token !== mine.token) {
        clearInterval(timer)
        lost()
        return
      }
      beat(folder)
      missed = false
    } catch {
      // A folder that is gone for good cannot be kept; one that is away for a beat can.
      if (missed) {
        clearInterval(timer)
        lost()
      }
      missed = true
    }
  }, BEAT_MS).unref()
  return {
    owner: true,
    folder,
    socket: mine.socket,
    async release() {
      clearInterval(timer)
      try {
        removeHolder(folder, mine.token)
      } finally {
        await lock?.release()
      }
    },
  }
}

/** Waits for the owner's pulse as long as one that lives can be silent. */
async function isBeating(folder: string, holder: Holder): Promise<boolean> {
  const first = lastBeat(folder)
  for (const until = Date.now() + STALE_MS; Date.now() < until;) {
    await delay(100)
    if (readHolder(folder)?.token !== holder.token) return true
    if (lastBeat(folder) !== first) return true
  }
  return false
}

async function guestOf(folder: string, holder: Holder): Promise<Guest | undefined> {
  const outcome = await askOwner(holder.socket, START_MS)
  if (outcome === 'EACCES' || outcome === 'EPERM') throw held(folder, holder)
  return outcome === ANSWERED ? { owner: false, folder, socket: holder.socket } : undefined
}

function held(folder: string, holder: Holder): StoreError {
  return new StoreError(
    'STORE_HELD',
    `The data folder ${folder} is held by process ${holder.pid} on ${holder.host} since ${holder.since}, out of reach from here.`,
    'Stop that process, or give this one a data folder of its own.',
  )
}

function unreachable(folder: string, holder: Holder | undefined): StoreError {
  if (holder) {
    return new StoreError(
      'STORE_HELD',
      `The data folder ${folder} is held by process ${holder.pid} on ${holder.host}, which does not answer.`,
      'Wait for it, or stop that process.',
    )
  }
  return new StoreError(
    'STORE_HELD',
    `The data folder ${folder} is held by a process that does not answer.`,
    'Stop that process.',
  )
}
