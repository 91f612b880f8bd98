import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url))

const TOGETHER = [
  'ancestors',
  'base',
  'build',
  'cache',
  'channels',
  'checks',
  'commands',
  'database',
  'debug',
  'http',
  'offload',
  'project',
  'redis',
  'remote',
  'routing',
  'scaffold',
  'sessions',
  'site',
  'static',
  'templates',
  'types-file',
  'users',
].map((folder) => `test/${folder}/**/*.test.ts`)

const config: ViteUserConfig = defineConfig({
  // Sites that the tests write import the framework by name; here that is its source.
  resolve: { alias: { 'tao1/testing': source('testing/index.ts'), tao1: source('index.ts') } },
  test: {
    globalSetup: ['test/global-setup.ts'],
    // Real processes on a strange machine: a test that fails there is asked again before it fails the run.
    retry: process.env['CI'] ? 2 : 0,
    testTimeout: 60_000,
    hookTimeout: 90_000,
    pool: 'forks',
    // One core is left free as a rule; these tests wait for other processes and for time limits more than they compute.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        // In one process one after the other, its modules loaded once: there is no state outside of a site.
        test: { name: 'together', isolate: false, include: TOGETHER },
      },
      {
        extends: true,
        // What looks at its own process, and what has one for each site anyway.
        test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: TOGETHER },
      },
    ],
  },
})

export default config
