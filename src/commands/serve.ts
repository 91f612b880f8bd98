import { spawn } from 'node:child_process'
import { findProject } from '../project/index.ts'
import { assertInstalled } from './assert-installed.ts'
import { defineBuiltIn, type Command } from './command.ts'
import { wrongUsage } from './errors.ts'

export const command: Command = defineBuiltIn({
  name: 'serve',
  aliases: ['runserver'],
  summary: 'Serve the site',
  description:
    'Without options it runs as in production, on 127.0.0.1:8000 unless settings.ts, .env or the environment say otherwise.',
  options: [
    {
      name: 'reload',
      short: 'r',
      type: 'boolean',
      description: 'For development: follow every change, with debug pages',
    },
    { name: 'port', short: 'p', type: 'number', description: 'The port to listen on; 0 takes a free one' },
    { name: 'host', type: 'string', description: 'The address to listen on; 0.0.0.0 is all of them' },
    {
      name: 'socket',
      type: 'string',
      value: 'FILE',
      description: 'A socket file to listen on in place of a port',
    },
    {
      name: 'workers',
      short: 'w',
      type: 'string',
      value: 'N',
      description: 'So many processes answer; auto is one for each processor',
    },
    { name: 'access-log', type: 'boolean', description: 'A line on stderr for each request' },
    {
      name: 'poll',
      type: 'boolean',
      description: 'With --reload: look for changes where the file system tells of none',
    },
    { name: 'no-live', type: 'boolean', description: 'With --reload: leave the pages in the browser alone' },
    { name: 'no-build', type: 'boolean', description: 'Serve the sources, also when there is a build' },
    { name: 'open', short: 'o', type: 'boolean', description: 'Open the site in the browser' },
  ],
  examples: ['tao serve --reload', 'tao serve --workers auto --host 0.0.0.0'],
  async run({ options, cwd, env, stdout, stderr }) {
    const { port } = options
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
      throw wrongUsage(`--port cannot be ${port}: it is a whole number from 0 to 65535.`)
    }
    if (options.reload && options.workers !== undefined) {
      throw wrongUsage('--reload and --workers do not go together: what reloads is one process.')
    }
    const { root } = findProject(cwd)
    assertInstalled(root)
    const { serve } = await import('../serve/index.ts')
    return serve({
      root,
      // In the environment, so that worker processes hear of it.
      env: options.noBuild ? Object.assign(env, { TAO_BUILD: 'off' }) : env,
      host: options.host,
      port,
      path: options.socket,
      reload: options.reload,
      workers: options.workers,
      logRequests: options.accessLog ? true : undefined,
      poll: options.poll,
      live: options.noLive ? false : undefined,
      output: stdout,
      onListening: (url) => {
        if (options.open && url.startsWith('http')) {
          openBrowser(url, (reason) =>
            stderr.line(`${stderr.style('yellow', 'warning:')} no browser could be opened: ${reason}`),
          )
        }
      },
    })
  },
})

function openBrowser(url: string, onFailure: (reason: string) => void): void {
  const [program, ...words] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', url]
      : process.platform === 'darwin'
        ? ['open', url]
        : ['xdg-open', url]
  const child = spawn(program, words, { stdio: 'ignore', detached: true })
  child.once('error', ({ message }) => onFailure(message))
  child.unref()
}
