import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import vm from 'node:vm'
import { stripTypes } from '../project/index.ts'
import type { Site } from '../site/index.ts'
import { defineBuiltIn, type Command, type CommandWorld } from './command.ts'
import { codeUnreadable } from './errors.ts'
import { withSite } from './open-site.ts'

export const command: Command = defineBuiltIn({
  name: 'shell',
  summary: 'Open a prompt with the site loaded',
  description:
    'There are app, db, settings and url; await works, and so does await import("./apps/blog/views.ts"). Without a terminal the code is read from stdin.',
  options: [
    { name: 'code', short: 'c', type: 'string', description: 'Run this code, print its value, and end' },
    {
      name: 'stdin',
      type: 'boolean',
      description: 'Run the code that comes from stdin, even from a terminal',
    },
  ],
  examples: [
    'tao shell',
    'tao shell -c "db.collection(\'blog.entries\').countDocuments()"',
    'tao shell < mend.js',
  ],
  run: ({ options, args: _args, ...world }) =>
    withSite(world, 'run', async (site) => {
      if (options.code !== undefined) return runCode(options.code, site, world)
      if (options.stdin || world.stdin.isTTY !== true) return runCode(await readAll(world), site, world)
      return prompt(site)
    }),
})

/** The names that code in the shell finds; the database is opened when its name is used. */
function namesOf({ app, settings }: Site): PropertyDescriptorMap {
  const constant = (value: unknown): PropertyDescriptor => ({
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  })
  return {
    app: constant(app),
    settings: constant(settings),
    url: constant((...[name, params, query]: Parameters<typeof app.url>) => app.url(name, params, query)),
    db: { get: () => app.db, configurable: true, enumerable: true },
  }
}

async function readAll({ stdin }: CommandWorld): Promise<string> {
  let text = ''
  for await (const chunk of stdin) text += String(chunk)
  return text
}

/** Dynamic imports from code that is no file are experimental, and Node says so on stderr: this use of them is ours, not the user's. */
function silenceImportWarning(): void {
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && warning.message.includes('USE_MAIN_CONTEXT')) return
    for (const listener of listeners) listener(warning)
  })
}

async function runCode(code: string, site: Site, { cwd, stdout }: CommandWorld): Promise<number> {
  silenceImportWarning()
  Object.defineProperties(globalThis, namesOf(site))
  const value: unknown = await ((await compile(code, cwd)).runInThisContext() as () => Promise<unknown>)()
  if (value !== undefined)
    stdout.line(typeof value === 'string' ? value : inspect(value, { colors: stdout.colours, depth: 6 }))
  return 0
}

/** An expression gives its value; anything else is statements, whose `return` does. Types are left out. */
async function compile(code: string, cwd: string): Promise<vm.Script> {
  const options = {
    // Imports are relative to where the user stands.
    filename: pathToFileURL(join(cwd, 'shell.js')).href,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }
  let failure: Error | undefined
  for (const isTyped of [false, true]) {
    for (const source of [`async () => (${code.trim().replace(/;$/, '')}\n)`, `async () => {${code}\n}`]) {
      const text = isTyped ? await stripTypes(source) : source
      if (text === undefined) continue
      try {
        return new vm.Script(text, options)
      } catch (error) {
        // Of JavaScript that has a mistake the words for statements tell most.
        if (!isTyped) failure = error as Error
      }
    }
  }
  const message = failure?.message ?? 'it cannot be read'
  const hint = message.includes('import statement')
    ? "Write: const views = await import('./views.ts')"
    : undefined
  throw codeUnreadable(message, { cause: failure, hint })
}

async function prompt(site: Site): Promise<number> {
  const { start } = await import('node:repl')
  const repl = start({ prompt: `${site.settings.name}> ` })
  Object.defineProperties(repl.context, namesOf(site))
  const folder = join(site.project.root, '.tao')
  mkdirSync(folder, { recursive: true })
  repl.setupHistory(join(folder, 'shell-history'), () => {})
  return new Promise((done) => {
    repl.once('exit', () => done(0))
  })
}
