import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isAbsent, writeAtomic } from '../base/files.ts'
import { switchesUnreadable } from './errors.ts'
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

const MESSAGE = 'This part of the site is closed for maintenance.'

/** The file that says which apps were turned off by command. It outlives the server. */
function switchesFile({ root }: Pick<Project, 'root'>): string {
  return join(root, '.tao', 'apps.json')
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
  const off = readFile(switchesFile(project))
  for (const [name, { off: given }] of Object.entries(apps)) {
    if (given !== undefined && given !== false)
      off.set(name, complete(given === true ? {} : given, 'settings'))
  }
  return off
}

/** Turns an app off by the file, or (`undefined`) takes it from there. Running servers see it within a second. */
export async function writeSwitch(
  project: Pick<Project, 'root'>,
  app: string,
  off: (AppOffSettings & { since: string }) | undefined,
): Promise<void> {
  const file = switchesFile(project)
  const entries = new Map<string, object>(
    [...readFile(file)].map(([name, { by: _by, ...entry }]) => [name, entry]),
  )
  if (off === undefined) entries.delete(app)
  else entries.set(app, off)
  await mkdir(dirname(file), { recursive: true })
  await writeAtomic(file, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`)
}

/**
 * Follows the switches of a site for as long as it runs: the file is looked at twice a second, never for a request.
 *
 * @param onChange hears of every change, and of a file that cannot be read, in which case all stays as it was
 */
export function followSwitches(
  project: Pick<Project, 'root'>,
  settings: Pick<Settings, 'apps'>,
  onChange: (now: SwitchedOff, before: SwitchedOff, failure?: unknown) => void,
): AppSwitches {
  const file = switchesFile(project)
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
  watchFile(file, { interval: INTERVAL, persistent: false }, look)
  return {
    get off() {
      return off
    },
    close: () => unwatchFile(file, look),
  }
}

function readFile(file: string): Map<string, AppOff> {
  try {
    const entries = JSON.parse(readFileSync(file, 'utf8')) as Record<string, AppOffSettings>
    return new Map(Object.entries(entries).map(([name, entry]) => [name, complete(entry, 'command')]))
  } catch (error) {
    if (isAbsent(error)) return new Map()
    throw switchesUnreadable(file, (error as Error).message, {
      hint: 'Mend it or remove it: without it no app is off by command.',
      place: { file },
      cause: error,
    })
  }
}

function complete(
  { message, retryAfter, since }: AppOffSettings & { since?: string | undefined },
  by: AppOff['by'],
): AppOff {
  return { by, since, message: message ?? MESSAGE, retryAfter: retryAfter ?? RETRY_AFTER }
}
