import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Who owns a data folder: the contents of its `owner.json`. */
export interface Holder {
  readonly pid: number
  readonly host: string
  readonly place: string
  readonly since: string
  readonly socket: string
  /** Tells one ownership from the next. */
  readonly token: string
}

export function holderPath(folder: string): string {
  return join(folder, 'owner.json')
}

/** The holder named in the folder; undefined when there is none, or a name that cannot be read. */
export function readHolder(folder: string): Holder | undefined {
  try {
    const found = JSON.parse(readFileSync(holderPath(folder), 'utf8')) as Partial<Holder>
    const complete =
      typeof found.pid === 'number' && typeof found.socket === 'string' && typeof found.token === 'string'
    return complete ? (found as Holder) : undefined
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes the holder if nobody has; the answer is whether it was written. */
export function createHolder(folder: string, holder: Holder): boolean {
  const draft = writeDraft(folder, holder)
  try {
    linkSync(draft, holderPath(folder))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Writes the holder over a dead one. */
export function replaceHolder(folder: string, holder: Holder): void {
  renameSync(writeDraft(folder, holder), holderPath(folder))
}

export function removeHolder(folder: string, token: string): void {
  if (readHolder(folder)?.token === token) rmSync(holderPath(folder), { force: true })
}

/** Shows others that the holder lives: only that the time changes matters, so clocks need not agree. */
export function beat(folder: string): void {
  const now = new Date()
  utimesSync(holderPath(folder), now, now)
}

export function lastBeat(folder: string): number | undefined {
  return statSync(holderPath(folder), { throwIfNoEntry: false })?.mtimeMs
}

function writeDraft(folder: string, holder: Holder): string {
  const draft = `${holderPath(folder)}.${holder.token}`
  try {
    writeFileSync(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  return draft
}
