import type { Command } from './command.ts'

/** A line of `tao --help`: enough to find a command, without loading it. */
export interface ListedCommand {
  name: string
  aliases: readonly string[]
  summary: string
  group: 'Make' | 'Run' | 'Look' | 'More'
  load: () => Promise<{ command: Command }>
}

/** tao's own commands in the order of the help. A test keeps the names and summaries equal to those of the commands. */
export const builtInCommands: readonly ListedCommand[] = [
  listed(
    'Make',
    'new-project',
    'Make a project: a folder with a working site',
    () => import('./new-project.ts'),
    ['startproject'],
  ),
  listed('Make', 'new-app', 'Make an app in this project', () => import('./new-app.ts'), ['startapp']),
  listed('Run', 'serve', 'Serve the site', () => import('./serve.ts'), ['runserver']),
  listed('Run', 'build', 'Make the production form of the site', () => import('./build.ts')),
  listed('Run', 'deploy', 'Write files for nginx, systemd, supervisor, Docker', () => import('./deploy.ts')),
  listed('Run', 'test', 'Run the tests of the site', () => import('./test.ts')),
  listed('Run', 'app', 'Turn an app off or on while the site is served', () => import('./app.ts')),
  listed('Look', 'routes', 'List the routes', () => import('./routes.ts')),
  listed('Look', 'why', 'Say which route answers a request, and why', () => import('./why.ts')),
  listed('Look', 'check', 'Look for mistakes in the project', () => import('./check.ts')),
  listed('Look', 'get', 'Send one request into the site, without a server', () => import('./get.ts')),
  listed('Look', 'shell', 'Open a prompt with the site loaded', () => import('./shell.ts')),
  listed('More', 'db', 'Show, export, import, drop or copy the database', () => import('./db.ts')),
  listed('More', 'secret', 'Print a new SECRET_KEY', () => import('./secret.ts')),
  listed('More', 'completion', 'Print a completion script for a shell', () => import('./completion.ts')),
]

function listed(
  group: ListedCommand['group'],
  name: string,
  summary: string,
  load: ListedCommand['load'],
  aliases: readonly string[] = [],
): ListedCommand {
  return { name, aliases, summary, group, load }
}

/** The command of that name or alias. */
export function findBuiltIn(name: string): ListedCommand | undefined {
  return builtInCommands.find((command) => command.name === name || command.aliases.includes(name))
}
