import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { typedPath } from '../base/files.ts'
import { createSecretKey } from '../project/index.ts'
import {
  checkProjectName,
  describePlan,
  fillSkeleton,
  interrupted,
  obstacle,
  planFiles,
  printPlan,
  projectManifest,
  taoDependency,
  targetTaken,
  titleOf,
  writePlan,
  type Plan,
} from '../scaffold/index.ts'
import { defineBuiltIn, type Command, type CommandWorld } from './command.ts'
import { gitInit } from './git-init.ts'
import { callingPackageManager, installDependencies, installLeavings, packageManagers } from './install.ts'

export const command: Command = defineBuiltIn({
  name: 'new-project',
  aliases: ['startproject'],
  summary: 'Make a project: a folder with a working site',
  arguments: [
    { name: 'name', description: 'The name of the project, as in package.json', required: true },
    { name: 'folder', description: 'Where to make it, if not in a new folder of that name; "." is here' },
  ],
  options: [
    {
      name: 'package-manager',
      type: 'string',
      choices: packageManagers,
      description: 'What installs the dependencies',
    },
    { name: 'no-install', type: 'boolean', description: 'Leave the dependencies to be installed later' },
    { name: 'no-git', type: 'boolean', description: 'Make no git repository' },
    { name: 'dry-run', type: 'boolean', short: 'n', description: 'Say what would be written, write nothing' },
    { name: 'json', type: 'boolean', description: 'Say it as JSON' },
  ],
  examples: [
    'tao new-project site               # in a new folder, site',
    'tao new-project site .             # in this folder',
    'tao new-project site --no-install',
  ],
  async run({ args, options, ...world }) {
    const name = checkProjectName(args.name)
    const root = resolve(world.cwd, args.folder ?? name)
    const plan = await planProject(name, root)
    const say = options.json ? undefined : world.stdout

    const inTheWay = isProject(root) ? 'a project is there already' : obstacle(plan)
    if (inTheWay !== undefined || options.dryRun) {
      if (say !== undefined) printPlan(inTheWay === undefined ? say : world.stderr, world.cwd, plan)
      if (inTheWay !== undefined) throw refusal(name, inTheWay, world.cwd, plan)
      if (say === undefined) printJson(world, { dryRun: true, root, files: describePlan(world.cwd, plan) })
      else say.line('Nothing was written: this was a dry run.')
      return 0
    }

    const signal = world.interruption()
    const before = existsSync(root) ? readdirSync(root) : []
    const written = await writePlan(plan, signal)
    const takeBack = (): void => {
      written.undo()
      for (const left of [...installLeavings, '.git']) {
        if (!before.includes(left)) rmSync(join(root, left), { recursive: true, force: true, maxRetries: 3 })
      }
    }
    if (say !== undefined) printPlan(say, world.cwd, plan)

    const manager = options.packageManager ?? callingPackageManager(world.env)
    const git = options.noGit ? 'not wanted' : await gitInit(root, world.env, signal)
    const install = options.noInstall ? 'not wanted' : await tryInstall(root, manager, world, signal)
    if (signal.aborted) {
      takeBack()
      throw interrupted()
    }

    const next = nextSteps(root, install === 'done' ? undefined : manager, world.cwd)
    if (say === undefined) {
      const error = install instanceof Error ? { message: install.message } : undefined
      printJson(world, { root, files: describePlan(world.cwd, plan), git, install: error ?? install, next })
    } else {
      if (git === 'no git')
        world.stderr.line(
          `${world.stderr.style('yellow', 'warning:')} no git repository was made: git is missing or failed.`,
        )
      printNext(world, name, next, install === 'done')
    }
    if (install instanceof Error) throw install
    return 0
  },
})

async function planProject(name: string, root: string): Promise<Plan> {
  const tokens = { project: name, title: titleOf(name), tao: taoDependency(), secret: createSecretKey() }
  return planFiles(root, await fillSkeleton(projectManifest, tokens))
}

function refusal(name: string, reason: string, cwd: string, plan: Plan): Error {
  const hint = isProject(plan.root)
    ? `To make an app in it: ${plan.root === cwd ? '' : `cd ${typedPath(cwd, plan.root)} && `}tao new-app NAME`
    : `Choose another folder: tao new-project ${name} FOLDER`
  return targetTaken(`The project ${name}`, reason, { hint, details: { files: describePlan(cwd, plan) } })
}

function isProject(root: string): boolean {
  return existsSync(join(root, 'settings.ts'))
}

/** A failed install takes nothing back: the project is whole, and the error says what to type. */
async function tryInstall(
  root: string,
  manager: (typeof packageManagers)[number],
  world: CommandWorld,
  signal: AbortSignal,
): Promise<'done' | Error> {
  try {
    await installDependencies(root, manager, { env: world.env, signal, progress: world.stderr })
    return 'done'
  } catch (error) {
    return error as Error
  }
}

function nextSteps(root: string, manager: string | undefined, cwd: string): string[] {
  const folder = typedPath(cwd, root)
  return [
    ...(folder === '.' ? [] : [`cd ${folder}`]),
    ...(manager === undefined ? [] : [`${manager} install`]),
    'tao new-app blog',
    'tao serve --reload',
  ]
}

const remarks: Record<string, string> = {
  'tao new-app blog': 'your first app',
  'tao serve --reload': 'http://127.0.0.1:8000',
}

function printNext(
  { stdout }: CommandWorld,
  name: string,
  next: readonly string[],
  isInstalled: boolean,
): void {
  stdout.line()
  stdout.line(
    `${stdout.style('green', 'Done.')} The project ${stdout.style('bold', name)} is ${isInstalled ? 'ready' : 'made; its dependencies are still to be installed'}. Next:`,
  )
  stdout.line()
  const width = Math.max(...next.map((line) => line.length))
  for (const line of next) {
    const remark = remarks[line] === undefined ? '' : stdout.style('dim', `  # ${remarks[line]}`)
    stdout.line(`  ${stdout.style('cyan', line.padEnd(remark === '' ? 0 : width))}${remark}`)
  }
}

function printJson({ stdout }: CommandWorld, value: unknown): void {
  stdout.line(JSON.stringify(value, undefined, 2))
}
