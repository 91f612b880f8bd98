import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, unwatchFile, watchFile } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TaoError } from '../base/errors.ts'
import { isAbsent, writeAtomic } from '../base/files.ts'
import { switchesUnreadable, switchesUnwritable } from './errors.ts'
import type { Project } from './project.ts'
import type { AppOffSettings, Settings } from './settings.ts'

/** An app that is turned off: what its visitors are told. */
export interface AppOff {
  readonly by: 'settings' | 'command'
  /** When the command was given, in ISO 8601. */
  readonly since?: string | undefined
  readonly message: string
  /** Seconds. */
  readonly retryAfter: number
}

export type SwitchedOff = ReadonlyMap<string, AppOff>

/** Which apps of a running site are off. */
export interface AppSwitches {
  readonly off: SwitchedOff
  close(): void
}

/** Seconds a visitor is told to wait when nobody says how long. */
export const RETRY_AFTER = 300

/** Milliseconds between two looks at the file. */
const INTERVAL = 500

/** What a file says of apps; `false` where the spare one takes back what the project's says. */
type Entries = Readonly<Record<string, Entry | false>>
type Entry = AppOffSettings & { since?: string | undefined }

const MESSAGE = 'This part of the site is closed for maintenance.'

/** The file that says which apps were turned off by command. It outlives the server. */
function switchesFile({ root }: Pick<Project, 'root'>): string {
  return join(root, '.tao', 'apps.json')
}

/**
 * Takes its place where the project's folder is read-only, as in many a container; what it says of an app goes before.
 */
function spareFile({ root }: Pick<Project, 'root'>): string {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 24)
  return join(tmpdir(), `tao-${process.getuid?.() ?? 0}-apps-${name}.json`)
}

/**
 * The apps that are off: by `settings.apps.NAME.off`, and by the command.
 *
 * @throws TAO_APP_SWITCHES when the file cannot be read
 */
export function readSwitches(
  project: Pick<Project, 'root'>,
  { apps }: Pick<Settings, 'apps'>,
): Map<string, AppOff> {
  const off = new Map<string, AppOff>()
  const switched = { ...readFile(switchesFile(project)), ...readSpare(spareFile(project)) }
  for (const [name, entry] of Object.entries(switched))
    if (entry !== false) off.set(name, complete(entry, 'command'))
  for (const [name, { off: given }] of Object.entries(apps)) {
    if (given !== undefined && given !== false)
      off.set(name, complete(given === true ? {} : given, 'settings'))
  }
  return off
}

/**
 * Turns an app off by the file, or (`undefined`) takes it from there. Running servers see it within a second.
 *
 * @returns the file outside of the project that says so where the project's folder is read-only, else `undefined`
 * @throws TAO_APP_SWITCHES_WRITE when there is no place for it
 */
export async function writeSwitch(
  project: Pick<Project, 'root'>,
  app: string,
  off: Entry | undefined,
): Promise<string | undefined> {
  const file = switchesFile(project)
  const spare = spareFile(project)
  const { [app]: _before, ...others } = readFile(file)
  try {
    await writeFile(file, off === undefined ? others : { ...others, [app]: off })
  } catch (error) {
    if (!READ_ONLY.has((error as NodeJS.ErrnoException).code ?? '')) throw cannotWrite(file, error)
    await writeFile(spare, { ...readSpare(spare), [app]: off ?? false }).catch((failure: unknown) => {
      throw cannotWrite(`${file} or ${spare}`, failure)
    })
    return spare
  }
  const { [app]: overruled, ...rest } = readSpare(spare)
  if (overruled !== undefined) await writeFile(spare, rest)
  return undefined
}

// Node's recursive mkdir says ENOENT on a file system that is read-only.
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOENT'])

function cannotWrite(file: string, cause: unknown): TaoError {
  return switchesUnwritable(file, (cause as Error).message, {
    hint: 'Make the folder writable, or set settings.apps.NAME.off and start the server anew.',
    cause,
  })
}

async function writeFile(file: string, entries: Entries): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeAtomic(file, `${JSON.stringify(entries, undefined, 2)}\n`)
}

/** The temporary folder is everybody's: only a file of this user's counts. */
function readSpare(file: string): Entries {
  const found = lstatSync(file, { throwIfNoEntry: false })
  const isOwn = found?.isFile() === true && (process.getuid === undefined || found.uid === process.getuid())
  return isOwn ? readFile(file) : {}
}

/**
 * Follows the switches of a site for as long as it runs: the files are looked at twice a second, never for a request.
 *
 * @param onChange hears of every change, and of a file that cannot be read, in which case all stays as it was
 */
export function followSwitches(
  project: Pick<Project, 'root'>,
  settings: Pick<Settings, 'apps'>,
  onChange: (now: SwitchedOff, before: SwitchedOff, failure?: unknown) => void,
): AppSwitches {
  const files = [switchesFile(project), spareFile(project)]
  let off: SwitchedOff = readSwitches(project, settings)
  const look = (): void => {
    const before = off
    try {
      off = readSwitches(project, settings)
    } catch (error) {
      return onChange(off, before, error)
    }
    onChange(off, before)
  }
  // Not fs.watch: it says nothing on mounts and for files that are not there yet.
  for (const file of files) watchFile(file, { interval: INTERVAL, persistent: false }, look)
  return {
    get off() {
      return off
    },
    close() {
      for (const file of files) unwatchFile(file, look)
    },
  }
}

function readFile(file: string): Entries {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Entries
  } catch (error) {
    if (isAbsent(error)) return {}
    throw switchesUnreadable(file, (error as Error).message, {
      hint: 'Mend it or remove it: without it no app is off by command.',
      place: { file },
      cause: error,
    })
  }
}

function complete({ message, retryAfter, since }: Entry, by: AppOff['by']): AppOff {
  return { by, since, message: message ?? MESSAGE, retryAfter: retryAfter ?? RETRY_AFTER }
}
