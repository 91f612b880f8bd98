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
  printConflicts,
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
import { installDependencies } from './install.ts'
import { callingPackageManager, installLeavings, packageManagers, type PackageManager } from './installers.ts'
import { nextSteps, printNextSteps } from './next-steps.ts'
import { errorAsJson } from './print-error.ts'

export const command: Command = defineBuiltIn({
  name: 'new-project',
  aliases: ['startproject'],
  summary: 'Make a project: a folder with a working site',
  arguments: [
    { name: 'name', description: "The project's name, as in package.json", required: true },
    { name: 'folder', description: 'The folder, if not a new one of that name; "." is here' },
  ],
  options: [
    {
      name: 'package-manager',
      type: 'string',
      value: 'NAME',
      choices: packageManagers,
      description: 'What installs dependencies',
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
    const manager = options.packageManager ?? callingPackageManager(world.env)
    const plan = await planProject(name, root)
    const files = describePlan(world.cwd, plan)
    refuseIfTaken(name, plan, world, options.json)
    if (options.dryRun) {
      if (options.json) printJson(world, { dryRun: true, root, files })
      else {
        printPlan(world.stdout, world.cwd, plan)
        world.stdout.line('Nothing was written: this was a dry run.')
      }
      return 0
    }

    const signal = world.interruption()
    const takeBack = await writeProject(plan, signal)
    if (!options.json) printPlan(world.stdout, world.cwd, plan)
    const git = options.noGit ? 'not wanted' : await gitInit(root, world.env, signal)
    const install = options.noInstall ? 'not wanted' : await tryInstall(root, manager, world, signal)
    if (signal.aborted) {
      takeBack()
      throw interrupted()
    }

    const next = nextSteps(root, manager, install === 'done', world)
    if (options.json) {
      printJson(world, {
        root,
        files,
        git,
        install: install instanceof Error ? errorAsJson(install) : install,
        next,
      })
      return install instanceof Error ? 1 : 0
    }
    if (git === 'no git') warn(world, 'no git repository was made: git is missing or failed.')
    printNextSteps(world.stdout, name, next, install === 'done')
    if (install instanceof Error) throw install
    return 0
  },
})

async function planProject(name: string, root: string): Promise<Plan> {
  const tokens = { project: name, title: titleOf(name), tao: taoDependency(), secret: createSecretKey() }
  return planFiles(root, await fillSkeleton(projectManifest, tokens))
}

/** @throws TAO_TARGET_TAKEN, after every conflict was listed */
function refuseIfTaken(name: string, plan: Plan, { cwd, stderr }: CommandWorld, isJson: boolean): void {
  const isProject = existsSync(join(plan.root, 'settings.ts'))
  const reason = isProject ? 'a project is there already' : obstacle(plan)
  if (reason === undefined) return
  if (!isJson) printConflicts(stderr, cwd, plan)
  const hint = isProject
    ? `To make an app in it: ${plan.root === cwd ? '' : `cd ${typedPath(cwd, plan.root)} && `}tao new-app NAME`
    : `Choose another folder: tao new-project ${name} FOLDER`
  throw targetTaken(`The project ${name}`, reason, { hint, details: { files: describePlan(cwd, plan) } })
}

/** @returns what takes the project away again, with whatever git and the package manager added to it */
async function writeProject(plan: Plan, signal: AbortSignal): Promise<() => void> {
  const before = existsSync(plan.root) ? readdirSync(plan.root) : []
  const { undo } = await writePlan(plan, signal)
  return () => {
    for (const left of [...installLeavings, '.git']) {
      if (!before.includes(left))
        rmSync(join(plan.root, left), { recursive: true, force: true, maxRetries: 3 })
    }
    undo()
  }
}

/** A failed install takes nothing back: the project is whole, and the error says what to type. */
async function tryInstall(
  root: string,
  manager: PackageManager,
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

function warn({ stderr }: CommandWorld, sentence: string): void {
  stderr.line(`${stderr.style('yellow', 'warning:')} ${sentence}`)
}

function printJson({ stdout }: CommandWorld, value: unknown): void {
  stdout.line(JSON.stringify(value, undefined, 2))
}
