import { defineBuiltIn, type Command } from './command.ts'
import { explainRequest } from './explain-request.ts'
import { withSite } from './open-site.ts'

export const command: Command = defineBuiltIn({
  name: 'why',
  summary: 'Say which route answers a request, and why',
  description:
    'Names the view, where it and its route are written, what stands around it, and the routes that it shadows.',
  arguments: [
    {
      name: 'request',
      description: 'A path, with a method in front unless it is GET',
      required: true,
      variadic: true,
    },
  ],
  options: [{ name: 'json', type: 'boolean', description: 'Print it as JSON' }],
  examples: ['tao why /blog/7', 'tao why "POST /blog"'],
  run: ({ args, options, stdout, ...world }) =>
    withSite(world, 'look', async (site) =>
      explainRequest(site, args.request.join(' '), stdout, options.json),
    ),
})
