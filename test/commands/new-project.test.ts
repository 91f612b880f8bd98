import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listing, tempFolder } from '../scaffold/temp-folder.ts'
import { runTao } from './run-tao.ts'

const quick = ['--no-install', '--no-git']

test('#1 new-project makes a site: settings, routes, views, apps, static, templ', async () => {
  const cwd = tempFolder()
  const { code, stdout, stderr } = await runTao(['new-project', 'site', ...quick], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  expect(listing(join(cwd, 'site'))).toMatchInlineSnapshot(`
    [
      ".env",
      ".env.example",
      ".gitignore",
      "README.md",
      "apps/",
      "apps/.gitkeep",
      "package.json",
      "routes.ts",
      "settings.ts",
      "site.test.ts",
      "static/",
      "static/favicon.svg",
      "static/site.css",
      "templ/",
      "templ/index.html",
      "templ/layout.html",
      "tsconfig.json",
      "views.ts",
    ]
  `)
  expect(stdout).toContain('   create  site/settings.ts\n')
  expect(stdout).toMatch(/cd site\n {2}npm install\n {2}npx tao new-app blog {4}# /)
})

test('the secret is made anew for every project, strong, and readable by its owner alone', async () => {
  const cwd = tempFolder()
  await runTao(['new-project', 'a', ...quick], { cwd })
  await runTao(['startproject', 'b', ...quick], { cwd })
  const keys = ['a', 'b'].map(
    (name) => /^SECRET_KEY=([\w-]{43,})$/m.exec(readFileSync(join(cwd, name, '.env'), 'utf8'))?.[1],
  )
  expect(keys[0]).toBeDefined()
  expect(keys[0]).not.toBe(keys[1])
  if (process.platform !== 'win32') expect(statSync(join(cwd, 'a/.env')).mode & 0o777).toBe(0o600)
})

test('the folder can be given, "." being the one that is there', async () => {
  const cwd = tempFolder()
  expect((await runTao(['new-project', 'site', 'else/where', ...quick], { cwd })).code).toBe(0)
  expect(listing(cwd)).toContain('else/where/settings.ts')
  mkdirSync(join(cwd, 'here'))
  writeFileSync(join(cwd, 'here/LICENSE'), '')
  const { code, stdout } = await runTao(['new-project', 'site', '.', ...quick], { cwd: join(cwd, 'here') })
  expect(code).toBe(0)
  expect(stdout).not.toContain('cd ')
  expect(listing(join(cwd, 'here'))).toEqual(expect.arrayContaining(['LICENSE', 'settings.ts']))
})

test('nothing is overwritten: every conflict is listed, and nothing is written', async () => {
  const cwd = tempFolder()
  mkdirSync(join(cwd, 'site/templ'), { recursive: true })
  writeFileSync(join(cwd, 'site/README.md'), 'mine')
  writeFileSync(join(cwd, 'site/templ/index.html'), 'mine')
  writeFileSync(join(cwd, 'site/other.txt'), 'mine')
  const before = listing(cwd)
  const { code, stdout, stderr } = await runTao(['new-project', 'site', ...quick], { cwd })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr.match(/^ conflict {2}.*$/gm)).toEqual([
    ' conflict  site/README.md  (another file is there)',
    ' conflict  site/templ/index.html  (another file is there)',
  ])
  expect(stderr).toMatch(
    /^error: The project site was not made: 2 things are in its way. Nothing was written\.$/m,
  )
  expect(stderr).toMatch(/^hint: {2}Choose another folder: tao new-project site FOLDER$/m)
  expect(listing(cwd)).toEqual(before)
})

test('a project is not made twice in one folder', async () => {
  const cwd = tempFolder()
  await runTao(['new-project', 'site', ...quick], { cwd })
  const secret = readFileSync(join(cwd, 'site/.env'), 'utf8')
  const { code, stderr } = await runTao(['new-project', 'site', ...quick], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(/not made: a project is there already\..*\nhint: .*cd site && tao new-app NAME/)
  expect(readFileSync(join(cwd, 'site/.env'), 'utf8')).toBe(secret)
})

test('a dry run says what would be written and writes nothing', async () => {
  const cwd = tempFolder()
  const { code, stdout } = await runTao(['new-project', 'site', '--dry-run'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain('   create  site/package.json\n')
  expect(stdout).toContain('Nothing was written')
  const json = await runTao(['new-project', 'site', '-n', '--json'], { cwd })
  expect(JSON.parse(json.stdout)).toMatchObject({
    dryRun: true,
    files: expect.arrayContaining([{ action: 'create', path: 'site/settings.ts' }]) as unknown,
  })
  expect(listing(cwd)).toEqual([])
})

test('--json prints one value for programs, errors included', async () => {
  const cwd = tempFolder()
  const made = await runTao(['new-project', 'site', ...quick, '--json'], { cwd })
  expect(made.stderr).toBe('')
  expect(JSON.parse(made.stdout)).toMatchObject({
    root: join(cwd, 'site'),
    git: 'not wanted',
    install: 'not wanted',
    next: [
      { type: 'cd site' },
      { type: 'npm install' },
      { type: 'npx tao new-app blog', remark: 'your first app' },
      { type: 'npx tao serve --reload', remark: 'http://127.0.0.1:8000' },
    ],
  })
  const refused = await runTao(['new-project', 'class', '--json'], { cwd })
  expect(refused.code).toBe(2)
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: 'TAO_NAME_REFUSED', details: { nearest: 'my-class' } },
  })
})

test('tao is typed by its name where the shell finds it, else by way of the package manager', async () => {
  const cwd = tempFolder()
  mkdirSync(join(cwd, 'bin'))
  writeFileSync(join(cwd, 'bin/tao'), '')
  writeFileSync(join(cwd, 'bin/tao.cmd'), '')
  const found = await runTao(['new-project', 'a', ...quick], { cwd, env: { PATH: join(cwd, 'bin') } })
  expect(found.stdout).toContain('\n  tao new-app blog ')
  const pnpm = {
    PATH: join(cwd, 'node_modules/.bin'),
    npm_config_user_agent: 'pnpm/10.0.0 npm/? node/v24.0.0',
  }
  const missing = await runTao(['new-project', 'b', ...quick], { cwd, env: pnpm })
  expect(missing.stdout).toContain('\n  pnpm install\n  pnpm tao new-app blog ')
})

test('a git repository is made, unless the folder lies in one', async () => {
  const cwd = tempFolder()
  await runTao(['new-project', 'site', '--no-install'], { cwd })
  expect(listing(join(cwd, 'site'))).toContain('.git/HEAD')
  await runTao(['new-project', 'inner', '--no-install'], { cwd: join(cwd, 'site') })
  expect(listing(join(cwd, 'site/inner'))).not.toContain('.git/HEAD')
})

/** A package manager of our own making, found in PATH before the real one. */
function fakeNpm(cwd: string, script: string): { PATH: string } {
  mkdirSync(join(cwd, 'bin'))
  writeFileSync(join(cwd, 'bin/npm'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(cwd, 'bin/npm'), 0o755)
  return { PATH: `${join(cwd, 'bin')}:${process.env['PATH']}` }
}

test.skipIf(process.platform === 'win32')(
  'dependencies are installed by the package manager, in the project',
  async () => {
    const cwd = tempFolder()
    const env = fakeNpm(cwd, 'echo "$@" > installed.txt')
    const { code, stdout } = await runTao(['new-project', 'site', '--no-git'], { cwd, env })
    expect(code).toBe(0)
    expect(readFileSync(join(cwd, 'site/installed.txt'), 'utf8')).toMatch(/^install /)
    expect(stdout).toMatch(/The project site is ready/)
    expect(stdout).not.toContain('npm install')
  },
)

test.skipIf(process.platform === 'win32')(
  'a failing install leaves the project and says what to type',
  async () => {
    const cwd = tempFolder()
    const env = fakeNpm(
      cwd,
      'echo "npm error code ENOTFOUND" >&2; echo "npm error getaddrinfo ENOTFOUND registry" >&2; exit 7',
    )
    const { code, stdout, stderr } = await runTao(['new-project', 'site', '--no-git'], { cwd, env })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: "npm install" ended with exit code 7: .*ENOTFOUND registry/m)
    expect(stdout).toMatch(/cd site\n {2}npm install\n/)
    expect(listing(join(cwd, 'site'))).toContain('settings.ts')
  },
)

test('with --json a failing install is part of the one value', async () => {
  const cwd = tempFolder()
  const { code, stdout } = await runTao(['new-project', 'site', '--no-git', '--json'], {
    cwd,
    env: { PATH: cwd },
  })
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    install: { code: 'TAO_INSTALL_FAILED' },
    next: expect.arrayContaining([{ type: 'npm install' }]) as unknown,
  })
})

test('a package manager that is not there is named', async () => {
  const cwd = tempFolder()
  const { code, stderr } = await runTao(['new-project', 'site', '--no-git', '--package-manager', 'bun'], {
    cwd,
    env: { PATH: cwd },
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(/"bun install" could not start: bun is not installed/)
})

test.skipIf(process.platform === 'win32')(
  'an interruption during the install takes the whole project away',
  async () => {
    const cwd = tempFolder()
    const env = fakeNpm(cwd, 'mkdir -p node_modules/x; echo > ../started; sleep 60')
    const controller = new AbortController()
    execFileSync('sh', ['-c', 'mkfifo started'], { cwd })
    const started = readFile(join(cwd, 'started')).then(() => controller.abort())
    const { code, stderr } = await runTao(['new-project', 'site'], { cwd, env, signal: controller.signal })
    await started
    expect(code).toBe(130)
    expect(stderr).toMatch(/error: Interrupted: nothing was left behind\./)
    expect(listing(cwd)).toEqual(['bin/', 'bin/npm', 'started'])
  },
)

test.skipIf(process.platform === 'win32')(
  'an interruption in a folder that was there takes away only what is new',
  async () => {
    const cwd = tempFolder()
    const env = fakeNpm(cwd, 'mkdir -p node_modules/x; touch package-lock.json; echo > ../started; sleep 60')
    mkdirSync(join(cwd, 'site'))
    writeFileSync(join(cwd, 'site/LICENSE'), 'mine')
    const controller = new AbortController()
    execFileSync('sh', ['-c', 'mkfifo started'], { cwd })
    const started = readFile(join(cwd, 'started')).then(() => controller.abort())
    expect((await runTao(['new-project', 'site'], { cwd, env, signal: controller.signal })).code).toBe(130)
    await started
    expect(listing(join(cwd, 'site'))).toEqual(['LICENSE'])
  },
)
