import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deployManifests } from '../scaffold/index.ts'
import type { DeployedSite } from './deployed-site.ts'
import type { Deployment } from './target.ts'

/** How each package manager installs exactly what its lockfile says, without what is for development alone. */
const INSTALLS: readonly (readonly [lockfile: string, command: string])[] = [
  ['package-lock.json', 'npm ci --omit=dev'],
  ['pnpm-lock.yaml', 'npm install --global pnpm && pnpm install --frozen-lockfile --prod'],
  ['yarn.lock', 'yarn install --frozen-lockfile --production'],
  ['bun.lock', 'npm install --global bun && bun install --frozen-lockfile --production'],
]

/** An image of the site, built in one stage and run in another. */
export function planDocker(site: DeployedSite): Deployment {
  return {
    manifest: deployManifests.docker,
    tokens: imageTokens(site),
    steps: [
      { type: `docker build --file ${site.folder}/Dockerfile --tag ${site.slug} .`, remark: 'the image' },
      {
        type: `docker run --init --env-file .env --publish 127.0.0.1:8000:8000 --volume ${site.slug}-data:/site/data ${site.slug}`,
        remark: 'the site, at http://127.0.0.1:8000',
      },
    ],
    warnings: imageWarnings(site),
  }
}

export function imageTokens(site: DeployedSite): Record<string, string> {
  const [lockfile, install] = installOf(site)
  return {
    name: site.name,
    slug: site.slug,
    folder: site.folder,
    node: process.versions.node.split('.')[0]!,
    manifests: `package.json ${lockfile}`,
    install,
    ignored: site.folder === '.' ? 'Dockerfile' : site.folder,
    workers: site.workers,
  }
}

export function imageWarnings(site: DeployedSite): string[] {
  const { root } = site.project
  const warnings: string[] = []
  const [lockfile] = installOf(site)
  if (!existsSync(join(root, lockfile)))
    warnings.push(`There is no ${lockfile}: the image installs exactly what it says. Make it: npm install`)
  const local = localDependencies(root)
  if (local.length > 0)
    warnings.push(
      `package.json asks for ${local.join(', ')} by a path of this machine, which the image does not have.`,
    )
  return warnings
}

function installOf({ project }: DeployedSite): readonly [string, string] {
  return INSTALLS.find(([lockfile]) => existsSync(join(project.root, lockfile))) ?? INSTALLS[0]!
}

function localDependencies(root: string): string[] {
  try {
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    return Object.keys(dependencies).filter((name) => /^(?:file|link|portal):/.test(dependencies[name]!))
  } catch {
    return []
  }
}
