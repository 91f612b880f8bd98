import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/*
 * nunjucks' own tests, against nunjucks and against nunjucks with tao's generator in it. They are not part of its
 * package: CONTRIBUTING.md says how to get them.
 */
const SOURCE = process.env['NUNJUCKS_SOURCE']
/** Of its command and its middleware for Express, and for a browser. */
const WITHOUT = new Set(['cli.js', 'express.js', 'setup.js', 'util.js', 'eslint.config.js'])
/** What is meant to be otherwise. */
const KNOWN = [
  // A block's second line is told as the second; nunjucks tells the first.
  'compiler should include error line when exception raised in user function',
]

interface Report {
  readonly stats: { readonly tests: number }
  readonly failures: readonly { readonly fullTitle: string }[]
}

function run(source: string, ...first: string[]): Report & { told: string } {
  const files = readdirSync(join(source, 'tests')).filter(
    (name) => name.endsWith('.js') && !WITHOUT.has(name),
  )
  const mocha = join(source, 'node_modules/mocha/bin/_mocha')
  const words = [...first, mocha, '--reporter', 'json', ...files.map((name) => join('tests', name))]
  const { stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: source,
    env: { ...process.env, NODE_ENV: 'test', NODE_PATH: 'tests/test-node-pkgs' },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  if (!stdout.includes('"stats"')) throw new Error(stderr)
  return { ...(JSON.parse(stdout.slice(stdout.indexOf('{\n'))) as Report), told: stderr }
}

function imported(file: string): string[] {
  return ['--import', fileURLToPath(new URL(file, import.meta.url))]
}

describe.skipIf(SOURCE === undefined)("nunjucks' own tests (NUNJUCKS_SOURCE names its repository)", () => {
  test("#7 hold with tao's generator as they do without", { timeout: 120_000 }, () => {
    const plain = run(SOURCE!)
    const ours = run(SOURCE!, ...imported('../../bench/typescript.js'), ...imported('with-our-generator.ts'))
    expect(ours.stats.tests).toBe(plain.stats.tests)
    expect(ours.stats.tests).toBeGreaterThan(400)
    const failures = [...plain.failures.map(({ fullTitle }) => fullTitle), ...KNOWN]
    expect(ours.failures.map(({ fullTitle }) => fullTitle).toSorted()).toEqual(failures.toSorted())
    const [, tao] = /compiled \{"tao":(\d+),/.exec(ours.told) ?? []
    expect(Number(tao), 'templates compiled by tao').toBeGreaterThan(700)
  })
})
