import { posix } from 'node:path'
import { deployManifests } from '../scaffold/index.ts'
import { stopSeconds, wordOf, type DeployedSite } from './deployed-site.ts'
import { imageTokens, imageWarnings } from './docker.ts'
import type { Deployment } from './target.ts'

/** The image of the site beside MongoDB and Valkey. */
export function planCompose(site: DeployedSite): Deployment {
  const file = `${site.folder}/compose.yaml`
  return {
    manifest: deployManifests.compose,
    tokens: {
      ...imageTokens(site),
      word: wordOf(site),
      context: posix.relative(site.folder, '.') || '.',
      stop: String(stopSeconds(site)),
    },
    steps: [
      { type: 'echo "MONGO_PASSWORD=$(openssl rand -hex 24)" >> .env', remark: 'secrets of the databases' },
      { type: 'echo "VALKEY_PASSWORD=$(openssl rand -hex 24)" >> .env', remark: '' },
      {
        type: `docker compose --env-file .env --file ${file} up --build --detach`,
        remark: 'all of it, at http://127.0.0.1:8000',
      },
    ],
    warnings: [
      ...imageWarnings(site),
      ...(site.siteUrl === undefined
        ? ['There is no SITE_URL in .env or settings.ts; the site does not start without it.']
        : []),
    ],
  }
}
