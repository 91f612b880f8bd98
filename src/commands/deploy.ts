import { posix, sep } from 'node:path'
import { isWithin } from '../base/files.ts'
import type { Terminal } from '../base/terminal.ts'
import type { Deployment, DeployOptions, DeployStep } from '../deploy/index.ts'
import { findProject, loadEnv, loadSettingsToInspect, type Project, type Settings } from '../project/index.ts'
import {
  describePlan,
  fillSkeleton,
  obstacle,
  planFiles,
  printConflicts,
  printPlan,
  targetTaken,
  writePlan,
} from '../scaffold/index.ts'
import { assertInstalled } from './assert-installed.ts'
import { defineBuiltIn, type Command, type CommandWorld } from './command.ts'
import { wrongUsage } from './errors.ts'

const targets = ['nginx', 'systemd', 'supervisor', 'docker', 'compose'] as const

export const command: Command = defineBuiltIn({
  name: 'deploy',
  summary: 'Write files for nginx, systemd, supervisor, Docker',
  description: 'They fit what settings.ts and .env say. Nothing is overwritten.',
  arguments: [{ name: 'target', description: targets.join(', '), required: true, choices: targets }],
  options: [
    { name: 'folder', type: 'string', description: 'Where they go, in the project', default: 'deploy' },
    {
      name: 'root',
      type: 'string',
      value: 'FOLDER',
      description: "The site's folder on the server, if another",
    },
    {
      name: 'port',
      short: 'p',
      type: 'number',
      description: 'Where the site listens, if not as settings say',
    },
    { name: 'socket', type: 'string', value: 'FILE', description: 'A socket file in place of the port' },
    { name: 'workers', type: 'string', value: 'N', description: 'Processes', default: 'auto' },
    { name: 'user', type: 'string', value: 'NAME', description: 'Whom it runs as' },
    { name: 'socket-unit', type: 'boolean', description: 'Let systemd hold the socket' },
    {
      name: 'certs',
      type: 'string',
      value: 'FOLDER',
      description: 'Where nginx finds fullchain.pem, privkey.pem',
    },
    { name: 'dry-run', short: 'n', type: 'boolean', description: 'Write nothing' },
    { name: 'json', type: 'boolean', description: 'Say it as JSON' },
  ],
  examples: ['tao deploy nginx --socket /run/site/web.sock', 'tao deploy systemd --root /srv/site'],
  async run({ args, options, ...world }) {
    const { cwd, env, stdout, stderr } = world
    const target = args.target as (typeof targets)[number]
    const project = findProject(cwd)
    const chosen: DeployOptions = {
      folder: checkFolder(project.root, options.folder),
      root: options.root && checkAbsolute('root', options.root),
      socket: options.socket && checkAbsolute('socket', options.socket),
      port: checkPort(options.port),
      workers: checkWorkers(options.workers),
      user: checkUser(options.user),
      certificates: options.certs && checkAbsolute('certs', options.certs),
      socketUnit: options.socketUnit,
    }
    assertInstalled(project.root)
    const settings = await readSettings(project, env)
    const { describeDeployment, targetPlans } = await import('../deploy/index.ts')
    const deployment = targetPlans[target](describeDeployment(project, settings, chosen))
    const plan = await planFiles(project.root, await fillSkeleton(deployment.manifest, deployment.tokens))
    const files = describePlan(cwd, plan)
    const inTheWay = obstacle(plan)
    if (inTheWay !== undefined) {
      if (!options.json) printConflicts(stderr, cwd, plan)
      throw targetTaken(`What ${target} needs`, inTheWay, {
        hint: 'Move away what is there, or choose another folder: --folder FOLDER',
        details: { files },
      })
    }
    if (!options.dryRun) await writePlan(plan, world.interruption())
    const { steps, warnings } = deployment
    if (options.json) {
      stdout.line(
        JSON.stringify({ target, dryRun: options.dryRun, files, warnings, next: steps }, undefined, 2),
      )
      return
    }
    printPlan(stdout, cwd, plan)
    for (const warning of warnings) stderr.line(`${stderr.style('yellow', 'warning:')} ${warning}`)
    if (options.dryRun) stdout.line('Nothing was written: this was a dry run.')
    else printSteps(stdout, target, deployment)
  },
})

/**
 * As the site runs in production. A missing secret is none of this command's business: it may be on the server alone.
 * @throws whatever else is wrong with the settings
 */
async function readSettings(project: Project, env: CommandWorld['env']): Promise<Settings> {
  const { settings, problems } = await loadSettingsToInspect(project, {
    env: loadEnv(project.root, { ...env }),
    mode: 'production',
    warn: () => {},
  })
  const problem = problems.find(({ code }) => code !== 'TAO_SETTINGS_SECRET')
  if (problem !== undefined) throw problem
  return settings
}

function printSteps(out: Terminal, target: string, { steps }: Deployment): void {
  out.line()
  out.line(`${out.style('green', 'Done.')} Read it, then, from the site's folder on the server:`)
  out.line()
  for (const { type, remark } of steps) printStep(out, type, remark)
  out.line()
  out.line(`docs/deploy.md of tao tells more about ${target}; "tao check --deploy" looks at the site itself.`)
}

function printStep(out: Terminal, type: DeployStep['type'], remark: DeployStep['remark']): void {
  if (remark !== '') out.line(`  ${out.style('dim', `# ${remark}`)}`)
  out.line(`  ${out.style('cyan', type)}`)
}

function checkFolder(root: string, folder: string): string {
  const path = posix.normalize(folder.replaceAll(sep, '/')).replace(/(?<=.)\/$/, '')
  if (posix.isAbsolute(path) || !isWithin(root, posix.join(root, path)))
    throw wrongUsage(`--folder cannot be ${folder}: it is a folder in the project, such as deploy.`)
  return path
}

function checkAbsolute(option: string, path: string): string {
  if (!posix.isAbsolute(path))
    throw wrongUsage(`--${option} cannot be ${path}: it is a whole path, such as /srv/site.`)
  return posix.normalize(path).replace(/(?<=.)\/$/, '')
}

function checkPort(port: number | undefined): number | undefined {
  if (port === undefined || (Number.isInteger(port) && port > 0 && port <= 65_535)) return port
  throw wrongUsage(`--port cannot be ${port}: it is a whole number from 1 to 65535.`)
}

function checkWorkers(workers: string): string {
  if (workers === 'auto' || /^[1-9]\d{0,2}$/.test(workers)) return workers
  throw wrongUsage(`--workers cannot be ${workers}: it is a number of processes, or auto.`)
}

/** What useradd takes. */
function checkUser(user: string | undefined): string | undefined {
  if (user === undefined || /^[a-z_][a-z0-9_-]{0,31}$/i.test(user)) return user
  throw wrongUsage(`--user cannot be ${user}: it is the name of a user of the system.`)
}
