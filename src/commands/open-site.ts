import { deepenStacks } from '../debug/index.ts'
import { chooseMode, findProject } from '../project/index.ts'
import type { Site } from '../site/index.ts'
import { assertInstalled } from './assert-installed.ts'
import type { CommandWorld } from './command.ts'

/**
 * Builds the site of the project around, for a command that looks at it or works with it. It listens nowhere.
 * @param purpose `look`: it does not matter how the site would run, and so a missing secret does not either;
 *   `run`: as `tao serve` would
 * @throws TAO_PROJECT_NOT_FOUND, TAO_NOT_INSTALLED, and what building the site throws
 */
export async function openSite(
  { cwd, env }: Pick<CommandWorld, 'cwd' | 'env'>,
  purpose: 'look' | 'run',
): Promise<Site> {
  const { root } = findProject(cwd)
  assertInstalled(root)
  const { buildSite } = await import('../site/index.ts')
  if (purpose === 'run') {
    deepenStacks()
    return buildSite({
      root,
      env,
      mode: chooseMode(env),
      // A build may be older than the sources that somebody is trying out, or than the command itself.
      useBuild: false,
      flags: { logLevel: env['LOG_LEVEL'] ?? 'warn' },
    })
  }
  return buildSite({
    root,
    env,
    mode: env['NODE_ENV'] === 'test' ? 'test' : 'development',
    // Whoever only looks needs no data. A server's URL is connected to on first use, which is never; opening the
    // store in the project would wait for, or take over from, a server that runs.
    flags: { logLevel: 'error', database: 'mongodb://127.0.0.1/unused' },
  })
}

/** Runs something with a site, which is closed afterwards, come what may. */
export async function withSite<T>(
  world: Pick<CommandWorld, 'cwd' | 'env'>,
  purpose: 'look' | 'run',
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const site = await openSite(world, purpose)
  try {
    return await work(site)
  } finally {
    await site.close({ deadline: 1000 })
  }
}
