import type { Site } from '../site/index.ts'
import { defineBuiltIn, type Command } from './command.ts'
import { wrongUsage } from './errors.ts'
import { withSite } from './open-site.ts'

export const command: Command = defineBuiltIn({
  name: 'get',
  summary: 'Send one request into the site, without a server',
  description:
    'The body goes to stdout; status, headers and time go to stderr. The exit code is 22 for an answer of 400 and above.',
  arguments: [{ name: 'path', description: 'The path, with its query', required: true }],
  options: [
    {
      name: 'method',
      short: 'X',
      type: 'string',
      description: 'The method; POST when there is a body, else GET',
    },
    {
      name: 'header',
      short: 'H',
      type: 'string',
      value: '"NAME: VALUE"',
      multiple: true,
      description: 'A header; may be repeated',
    },
    { name: 'json', type: 'string', value: 'TEXT', description: 'A JSON body' },
    {
      name: 'form',
      short: 'f',
      type: 'string',
      value: 'NAME=VALUE',
      multiple: true,
      description: 'A field of a form; may be repeated',
    },
    { name: 'as', type: 'string', value: 'ID', description: 'Logged in as the user with this id' },
    { name: 'quiet', short: 'q', type: 'boolean', description: 'Print the body alone' },
  ],
  examples: [
    'tao get /blog',
    `tao get /blog --json '{"title":"Hello","text":""}'`,
    'tao get /blog -f title=Hello -f text=',
    'tao get /account --as 6570c0ffee0ddba11ca7f00d',
  ],
  run: ({ args, options, stdout, stderr, now: _now, ...world }) => {
    if (!args.path.startsWith('/')) {
      throw wrongUsage(`"${args.path}" is no path of the site.`, {
        hint: `A path begins with a slash: tao get /${args.path}`,
      })
    }
    const body = readBody(options.json, options.form)
    const headers: Record<string, string> = {
      host: 'localhost',
      ...body?.headers,
      ...readHeaders(options.header),
    }
    return withSite(world, 'run', async (site) => {
      const { siteUrl, allowedHosts } = site.settings
      const name =
        siteUrl === undefined ? allowedHosts.find((host) => /^\w/.test(host)) : new URL(siteUrl).host
      const cookies = [
        headers['cookie'],
        options.as === undefined ? undefined : await loginCookie(site, options.as),
      ]
      const cookie = cookies.filter((each) => each !== undefined).join('; ')
      const started = performance.now()
      const response = await site.inject({
        method: options.method ?? (body === undefined ? 'GET' : 'POST'),
        url: args.path,
        headers: {
          ...headers,
          ...(cookie !== '' && { cookie }),
          ...(name === undefined ? {} : { host: name }),
        },
        ...(body === undefined ? {} : { payload: body.text }),
      })
      const ms = performance.now() - started
      const isBad = response.statusCode >= 400
      if (!options.quiet) {
        stderr.line(
          `${stderr.style([isBad ? 'red' : 'green', 'bold'], String(response.statusCode))} ${response.statusMessage}  ${stderr.style('dim', `${ms.toFixed(1)} ms`)}`,
        )
        for (const [header, value] of Object.entries(response.headers)) {
          for (const each of [value].flat()) stderr.line(`${stderr.style('cyan', header)}: ${each}`)
        }
        stderr.line()
      }
      stdout.write(response.body)
      if (stdout.isTTY && !response.body.endsWith('\n')) stdout.line()
      return isBad ? 22 : 0
    })
  },
})

/** The cookie of a user who has just logged in. */
async function loginCookie({ users, sessions }: Site, id: string): Promise<string> {
  const { makeLoginCookie, userUnknown } = await import('../users/index.ts')
  const user = await users.findTyped(id)
  if (user === undefined) throw userUnknown(id, users.where, { hint: users.hint })
  return (await makeLoginCookie(sessions, user)).split(';', 1)[0]!
}

function readBody(
  json: string | undefined,
  form: readonly string[],
): { text: string; headers: Record<string, string> } | undefined {
  if (json !== undefined && form.length > 0) throw wrongUsage('A body is JSON or a form, not both.')
  if (json !== undefined) return { text: json, headers: { 'content-type': 'application/json' } }
  if (form.length === 0) return undefined
  const fields = form.map((field): [string, string] => {
    const at = field.indexOf('=')
    if (at < 1) throw wrongUsage(`"${field}" is no field of a form.`, { hint: 'Write NAME=VALUE.' })
    return [field.slice(0, at), field.slice(at + 1)]
  })
  return {
    text: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line) ?? []
      if (name === undefined) throw wrongUsage(`"${line}" is no header.`, { hint: 'Write "Name: value".' })
      return [name.toLowerCase(), value!]
    }),
  )
}
