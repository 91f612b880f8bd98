import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findProject, loadEnv } from '../project/index.ts'
import {
  appManifest,
  checkAppName,
  describePlan,
  fillSkeleton,
  obstacle,
  planFiles,
  printConflicts,
  printPlan,
  targetTaken,
  titleOf,
  writePlan,
} from '../scaffold/index.ts'
import { defineBuiltIn, type Command } from './command.ts'
import { projectPackageManager } from './installers.ts'
import { typedTao } from './typed-tao.ts'
import { writeSiteNames } from './write-site-names.ts'

export const command: Command = defineBuiltIn({
  name: 'new-app',
  aliases: ['startapp'],
  summary: 'Make an app in this project',
  description:
    'Writes apps/NAME with routes, views, templates, static files and a test, and links static/NAME. The app is live at once: nothing has to be registered.',
  arguments: [{ name: 'name', description: 'The name of the app: its folder and its path', required: true }],
  options: [
    { name: 'dry-run', type: 'boolean', short: 'n', description: 'Say what would be written, write nothing' },
    { name: 'json', type: 'boolean', description: 'Say it as JSON' },
  ],
  examples: ['tao new-app blog', 'tao new-app shop --dry-run'],
  async run({ args, options, ...world }) {
    const { stdout, stderr, cwd } = world
    const name = checkAppName(args.name)
    const { root } = findProject(cwd)
    const plan = await planFiles(root, await fillSkeleton(appManifest, { app: name, title: titleOf(name) }))
    const printJson = (rest: object): void =>
      stdout.line(JSON.stringify({ app: name, files: describePlan(cwd, plan), ...rest }, undefined, 2))

    const isApp = existsSync(join(root, 'apps', name, 'routes.ts'))
    const inTheWay = isApp ? `apps/${name} is an app already` : obstacle(plan)
    if (inTheWay !== undefined) {
      if (!options.json) printConflicts(stderr, cwd, plan)
      throw targetTaken(`The app ${name}`, inTheWay, {
        hint: 'Choose another name, or move away what is there.',
        details: { files: describePlan(cwd, plan) },
      })
    }
    if (options.dryRun) {
      if (options.json) printJson({ dryRun: true })
      else {
        printPlan(stdout, cwd, plan)
        stdout.line('Nothing was written: this was a dry run.')
      }
      return
    }

    const { refusedLinks } = await writePlan(plan, world.interruption())
    const url = appUrl(root, name, world.env)
    if (options.json) {
      printJson({ url, refusedLinks })
      return writeSiteNames(world)
    }
    printPlan(stdout, cwd, plan)
    for (const link of refusedLinks) {
      stderr.line(
        `${stderr.style('yellow', 'warning:')} ${link} could not be linked; the app's files are served from its own folder.`,
      )
    }
    stdout.line()
    stdout.line(
      `${stdout.style('green', 'Done.')} The app ${stdout.style('bold', name)} is live wherever the site is served: ${stdout.style('cyan', url)}`,
    )
    const tao = typedTao(world.env, projectPackageManager(root))
    stdout.line(`Its pages begin in apps/${name}/routes.ts. To see them: ${tao} serve --reload`)
    await writeSiteNames(world)
  },
})

/** Where the app's first page will be, as far as that is known without running the site's own code. */
function appUrl(root: string, name: string, env: Readonly<Record<string, string | undefined>>): string {
  const { HOST, PORT } = loadEnv(root, { ...env })
  const host =
    !HOST || HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST
  return `http://${host}:${PORT || 8000}/${name}`
}
