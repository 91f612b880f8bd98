// Writes docs/errors.md from the errors the code declares: node scripts/errors-page.js. A test holds the page to it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const TITLES = {
  commands: 'Command line',
  scaffold: 'new-project and new-app',
  project: 'Projects, settings, apps, imports',
  site: 'Building a site',
  routing: 'Routes and URLs',
  http: 'Requests and answers',
  'http/body': 'Bodies',
  sessions: 'Sessions',
  users: 'Users',
  templates: 'Templates',
  static: 'Static files',
  database: 'Database',
  channels: 'Channels',
  redis: 'Redis',
  cache: 'Cache',
  offload: 'Work in threads',
  serve: 'Serving',
  toolbar: 'Debug toolbar',
  deploy: 'Deployment',
}

const INTRODUCTION = `# Errors

Every mistake tao can tell of has a code, and codes are permanent. The command line shows the message and a hint; \`--debug\`
shows where it came from, \`--json\` gives code, message, hint and place.

The status is what a request gets when the error reaches its answer, the exit code what a command ends with. The dots stand for
what is named. This page is written from the code by \`node scripts/errors-page.js\`.
`

/** The page as it should be. */
export async function renderErrorsPage() {
  const scratch = mkdtempSync(join(tmpdir(), 'tao-errors-'))
  try {
    return await render(scratch)
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

async function render(scratch) {
  const source = join(root, 'src')
  const folders = readdirSync(source, { recursive: true })
    .filter((file) => /(?:^|[\\/])errors\.ts$/.test(file))
    .map((file) => dirname(file).split(sep).join('/'))
    .filter((folder) => !/^(?:base|mongo)/.test(folder))
  const input = Object.fromEntries(folders.map((folder) => [folder, join(source, folder, 'errors.ts')]))
  const build = await rolldown({ input, platform: 'node' })
  await build.write({ dir: scratch, entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' })
  await build.close()

  const order = Object.keys(TITLES)
  folders.sort((a, b) => (order.indexOf(a) >>> 0) - (order.indexOf(b) >>> 0) || (a < b ? -1 : 1))
  const sections = []
  for (const folder of folders) {
    const factories = Object.values(await import(pathToFileURL(join(scratch, `${folder}.mjs`)).href))
    const rows = factories
      .filter((factory) => typeof factory?.code === 'string')
      .map(toRow)
      .sort()
    if (rows.length > 0)
      sections.push(
        `## ${TITLES[folder] ?? folder}\n\n| code | says | status | exit |\n|---|---|---|---|\n${rows.join('\n')}\n`,
      )
  }
  return `${INTRODUCTION}\n${sections.join('\n')}`
}

function toRow(factory) {
  // More dots than any message names; those left over are ignored.
  const { code, message, status, exitCode } = factory('…', '…', '…', '…', '…')
  const says = message.replaceAll('|', '\\|').replaceAll('\n', ' ')
  return `| \`${code}\` | ${says === '…' ? '(what exactly)' : says} | ${status} | ${exitCode} |`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'docs', 'errors.md'), await renderErrorsPage())
}
