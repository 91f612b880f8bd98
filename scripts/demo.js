// npm run demo: from a fresh clone to a site in the browser. Makes demo/site with the real command, an app in it and a few
// posts, serves it with reload and prints its address. A second run serves what is there.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { install, root, run } from './install.js'
import { servedAddress } from './served-address.js'

const site = join(root, 'demo', 'site')
const tao = join(root, 'bin', 'tao.js')

const posts = [
  [
    'A site is a folder',
    'The site is made of apps, each app is a folder with routes, views, templates and static files.',
  ],
  ['No registration', 'Any folder in apps/ with a routes.ts is an app. Make another: tao new-app shop'],
  [
    'No database server',
    'These posts are in demo/site/data. The code that wrote them talks to MongoDB the same way.',
  ],
]

install()
run(process.execPath, [join(root, 'scripts', 'build.js')])
if (!existsSync(join(site, 'settings.ts')))
  run(process.execPath, [tao, 'new-project', 'site', site, '--no-git'])
if (!existsSync(join(site, 'apps', 'blog'))) run(process.execPath, [tao, 'new-app', 'blog'], site)

const port = process.env.PORT ?? '8000'
const server = spawn(process.execPath, [tao, 'serve', '--reload', '--port', port], {
  cwd: site,
  stdio: ['inherit', 'pipe', 'inherit'],
})
let told = ''
let filling = false
server.stdout.on('data', (chunk) => {
  process.stdout.write(chunk)
  if (filling) return
  told += chunk
  // A line may come in pieces: an address is whole once its line is.
  const address = servedAddress(told.slice(0, told.lastIndexOf('\n') + 1))
  if (address === undefined) return
  filling = true
  fill(address).catch((error) => console.error('The posts could not be put in:', error.cause ?? error))
})
// A terminal sends Ctrl-C to the server too, and a second one would cut what is under way.
process.on('SIGINT', () => process.stdin.isTTY || server.kill('SIGINT'))
process.on('SIGTERM', () => server.kill('SIGTERM'))
server.on('exit', (code, signal) => process.exit(signal === null ? code : 1))

/** Posts what is missing, oldest first, as a visitor would: through the form. */
async function fill(address) {
  const page = await (await fetch(`${address}/blog`)).text()
  for (const [title, text] of posts) {
    if (!page.includes(title)) {
      await fetch(`${address}/blog`, {
        method: 'POST',
        body: new URLSearchParams({ title, text }),
        redirect: 'manual',
      })
    }
  }
  console.log(`\nThe demo is at ${address}/blog; its files are in demo/site. Ctrl-C ends it.\n`)
}
