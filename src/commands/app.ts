import { count, didYouMean } from '../base/text.ts'
import {
  discoverApps,
  findProject,
  loadEnv,
  loadSettings,
  readSwitches,
  RETRY_AFTER,
  settingPlace,
  writeSwitch,
  type AppOff,
  type Project,
  type Settings,
} from '../project/index.ts'
import { assertInstalled } from './assert-installed.ts'
import { defineBuiltIn, type Command, type CommandWorld } from './command.ts'
import { noSuchApp, offBySettings, wrongUsage } from './errors.ts'
import { printTable } from './print-table.ts'

interface AppState {
  name: string
  state: 'on' | 'off'
  /** What turned it off; null for an app that is on. */
  off: AppOff | null
  /** The server that answers for it; null for one that is here. */
  remote: string | null
}

export const command: Command = defineBuiltIn({
  name: 'app',
  summary: 'Turn an app off or on while the site is served',
  description:
    'An app that is off answers 503 with its page blog:503, or 503, in every process that serves this folder, within a second and until it is turned on again; the rest goes on.',
  arguments: [
    {
      name: 'action',
      description: 'What to do; list when left out',
      choices: ['list', 'status', 'off', 'on'],
    },
    { name: 'app', description: 'Which app' },
  ],
  options: [
    { name: 'message', short: 'm', type: 'string', value: 'TEXT', description: 'What visitors are told' },
    {
      name: 'retry-after',
      type: 'number',
      value: 'SECONDS',
      description: `When they may try again; ${RETRY_AFTER} when left out`,
    },
    { name: 'json', type: 'boolean', description: 'Print the apps and their state as JSON' },
  ],
  examples: [
    'tao app off blog --message "Back at noon." --retry-after 3600',
    'tao app on blog',
    'tao app list',
  ],
  async run({ args, options, ...world }) {
    const { action = 'list', app } = args
    const { message, retryAfter, json } = options
    if (action !== 'off' && (message !== undefined || retryAfter !== undefined)) {
      throw wrongUsage(`tao app ${action} takes neither --message nor --retry-after.`)
    }
    if (retryAfter !== undefined && !(Number.isInteger(retryAfter) && retryAfter > 0)) {
      throw wrongUsage(`--retry-after takes a whole number of seconds, not ${retryAfter}.`)
    }
    const project = findProject(world.cwd)
    assertInstalled(project.root)
    const settings = await readSettings(project, world)
    const names = appNames(project, settings)
    if (app !== undefined && !names.includes(app)) {
      const known = names.length === 0 ? 'There are no apps.' : `There are ${names.join(', ')}.`
      throw noSuchApp(app, { hint: didYouMean(app, names) ?? known })
    }
    if (action === 'off' || action === 'on') {
      if (app === undefined) throw wrongUsage(`Which app? tao app ${action} NAME`, { hint: names.join(', ') })
      const elsewhere =
        action === 'off'
          ? await writeSwitch(project, app, { since: world.now().toISOString(), message, retryAfter })
          : await turnOn(project, settings, app)
      if (!json) world.stderr.line(`${app} is ${action}. Servers that run see it within a second.`)
      if (elsewhere !== undefined) world.stderr.line(elsewhereNote(elsewhere))
    }
    const off = readSwitches(project, settings)
    const states = names
      .filter((name) => app === undefined || name === app)
      .map((name): AppState => ({
        name,
        state: off.has(name) ? 'off' : 'on',
        off: off.get(name) ?? null,
        remote: remoteOf(settings, name),
      }))
    if (json) world.stdout.line(JSON.stringify(states, undefined, 2))
    else if (action === 'list' || action === 'status') printStates(world, states)
    return 0
  },
})

async function readSettings(project: Project, { env }: CommandWorld): Promise<Settings> {
  // Whoever only switches needs no secret.
  return loadSettings(project, { env: loadEnv(project.root, { ...env }), mode: 'development' })
}

/** Those that are here, and those that are elsewhere alone. */
function appNames(project: Project, settings: Settings): string[] {
  const here = discoverApps(project, settings).map(({ name }) => name)
  const elsewhere = Object.keys(settings.apps).filter((name) => {
    const { remote, enabled } = settings.apps[name]!
    return remote !== undefined && enabled !== false && !here.includes(name)
  })
  return [...here, ...elsewhere]
}

function remoteOf(settings: Settings, name: string): string | null {
  const remote = settings.apps[name]?.remote
  return (typeof remote === 'object' ? remote.url : remote) ?? null
}

async function turnOn(project: Project, { apps }: Settings, app: string): Promise<string | undefined> {
  const given = apps[app]?.off
  if (given !== undefined && given !== false) {
    throw offBySettings(app, {
      hint: 'Take it away there and start the server anew.',
      place: settingPlace(project.settingsFile, ['apps', app, 'off']),
    })
  }
  return writeSwitch(project, app, undefined)
}

function elsewhereNote(file: string): string {
  return `The project's folder is read-only: this is kept in ${file}, for servers of this user and as long as that file is there.`
}

function printStates({ stdout, stderr }: CommandWorld, states: readonly AppState[]): void {
  if (states.length === 0) return stderr.line('There are no apps yet: "tao new-app blog" makes one.')
  printTable(
    stdout,
    ['app', 'at', 'state', 'since', 'message'],
    states.map(({ name, state, off, remote }) => [
      name,
      remote ?? 'here',
      state,
      off === null ? '' : off.by === 'settings' ? 'settings' : (off.since ?? ''),
      off === null ? '' : `${off.message} (again in ${count(off.retryAfter, 'second')})`,
    ]),
  )
}
