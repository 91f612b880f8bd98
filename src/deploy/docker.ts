import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { shellWord } from '../base/files.ts'
import { deployManifests } from '../scaffold/index.ts'
import type { DeployedSite } from './deployed-site.ts'
import { findLocalPackages } from './local-packages.ts'
import type { Deployment } from './target.ts'

/** How each package manager installs exactly what its lockfile says, without what is for development alone. */
const INSTALLS: readonly (readonly [lockfile: string, command: string])[] = [
  ['package-lock.json', 'npm ci --omit=dev'],
  ['pnpm-lock.yaml', 'npm install --global pnpm && pnpm install --frozen-lockfile --prod'],
  ['yarn.lock', 'yarn install --frozen-lockfile --production'],
  ['bun.lock', 'npm install --global bun && bun install --frozen-lockfile --production'],
]

/** What tells a package manager where packages come from. It stays in the first stage, with the tokens it may hold. */
const CONFIGURATIONS = ['.npmrc', 'pnpm-workspace.yaml', '.yarnrc.yml', 'bunfig.toml']

/** An image of the site, built in one stage and run in another. */
export function planDocker(site: DeployedSite): Deployment {
  const { data } = imagePaths(site)
  return {
    manifest: deployManifests.docker,
    tokens: imageTokens(site),
    steps: [
      { type: `docker build --file ${site.folder}/Dockerfile --tag ${site.slug} .`, remark: 'the image' },
      {
        type: `docker run --init --env-file .env --publish 127.0.0.1:8000:8000 --volume ${shellWord(`${site.slug}-data:${data}`)} ${site.slug}`,
        remark: 'the site, at http://127.0.0.1:8000',
      },
    ],
    warnings: imageWarnings(site),
  }
}

export function imageTokens(site: DeployedSite): Record<string, string> {
  const { root } = site.project
  const [lockfile, install] = installOf(site)
  const { files, folders } = findLocalPackages(root)
  const { data, ignored } = imagePaths(site)
  return {
    name: site.name,
    slug: site.slug,
    folder: site.folder,
    node: process.versions.node.split('.')[0]!,
    manifests: [
      'package.json',
      lockfile,
      ...CONFIGURATIONS.filter((name) => existsSync(join(root, name))),
    ].join(' '),
    local: [
      ...files.map((file) => copied('', file, `./${posix.dirname(file)}/`)),
      ...folders.map((folder) => copied('', folder)),
    ].join(''),
    linked: folders.map((folder) => copied('--from=build ', `/site/${folder}`, folder)).join(''),
    install,
    ignored: [...new Set([site.folder === '.' ? 'Dockerfile' : site.folder, ignored])].join('\n'),
    data,
    workers: site.workers,
  }
}

/** Where the data is in the image, and what of the project is not to get into it. */
function imagePaths({ root, data }: DeployedSite): { data: string; ignored: string } {
  const inside = data === undefined ? 'data' : posix.relative(root, data)
  const isInside = inside !== '' && !inside.startsWith('..')
  return isInside ? { data: `/site/${inside}`, ignored: inside } : { data: data!, ignored: 'data' }
}

function copied(flags: string, from: string, to: string = from): string {
  const words = from.includes(' ') ? JSON.stringify([from, to]) : `${from} ${to}`
  return `COPY ${flags}${words}\n`
}

export function imageWarnings(site: DeployedSite): string[] {
  const { root } = site.project
  const warnings: string[] = []
  const [lockfile] = installOf(site)
  if (!existsSync(join(root, lockfile)))
    warnings.push(`There is no ${lockfile}: the image installs exactly what it says. Make it: npm install`)
  const { outside } = findLocalPackages(root)
  if (outside.length > 0)
    warnings.push(
      `package.json asks for ${outside.join(', ')} by a path of this machine, which the image does not have.`,
    )
  return warnings
}

function installOf({ project }: DeployedSite): readonly [string, string] {
  return INSTALLS.find(([lockfile]) => existsSync(join(project.root, lockfile))) ?? INSTALLS[0]!
}
