import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { runTao } from '../commands/run-tao.ts'
import { makeProject } from '../journeys/real-tao.ts'
import type { TestSite } from '../serve/serving.ts'
import { deploy, deployedSite, removeBuilt } from './deployed.ts'
import { freePort, hasProgram, startProgram, systemPath } from './program.ts'

afterAll(removeBuilt)

const FILES = {
  'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', () => 'pid ' + process.pid)]
`,
  'bin.js': '',
}

function read(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false, headers: { host: 'localhost' } }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.once('end', () => resolve(body))
    }).once('error', reject)
  })
}

async function firstAnswer(port: number): Promise<string> {
  for (;;) {
    try {
      return await read(port)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** A value of a unit or of a program, as it stands in its file. */
function valueOf(site: TestSite, file: string, key: string): string | undefined {
  const text = readFileSync(join(site.folder, file), 'utf8')
  return text.match(new RegExp(`^${key}=(.*)$`, 'm'))?.[1]
}

describe.skipIf(!hasProgram('systemd-analyze'))('#16 systemd', () => {
  const verify = (...units: string[]): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], {
      encoding: 'utf8',
    })
    return { status, output: stdout + stderr }
  }

  test('#16 systemd finds nothing wrong with the units, for a port or a socket file, ours or its own', async () => {
    const units: string[] = []
    for (const [name, words] of Object.entries({
      port: [],
      file: ['--socket', '/run/trial/web.sock'],
      'own-port': ['--socket-unit'],
      'own-file': ['--socket-unit', '--socket', '/run/trial/web.sock'],
    })) {
      const site = deployedSite({ ...FILES, 'settings.ts': `export default { name: '${name}' }` })
      await deploy(site, ['systemd', ...words], { PORT: '8123' })
      const folder = join(site.folder, 'deploy')
      const files = name.startsWith('own') ? [`${name}.service`, `${name}.socket`] : [`${name}.service`]
      expect(readdirSync(folder).sort()).toEqual(files)
      units.push(...files.map((file) => join(folder, file)))
    }
    expect(verify(...units)).toEqual({ status: 0, output: '' })
  })

  test('#16 the service is shut off well, which systemd rates as OK; a word that it does not know is found', async () => {
    const site = deployedSite(FILES)
    await deploy(site, ['systemd'], { PORT: '8123' })
    const file = join(site.folder, 'deploy/trial.service')
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file], {
      encoding: 'utf8',
    })
    const [, exposure] = /Overall exposure level for trial\.service: ([\d.]+)/.exec(stdout) ?? []
    expect(Number(exposure)).toBeLessThan(2.5)
    writeFileSync(file, readFileSync(file, 'utf8').replace('TimeoutStopSec', 'TimeoutStopSecs'))
    expect(verify(file).output).toContain('TimeoutStopSecs')
  })
})

test('#16 the service is told of the deadline, of its data, and where it listens', async () => {
  const site = deployedSite({
    ...FILES,
    'settings.ts':
      "export default { database: 'embedded:store', timeouts: { shutdown: 40 }, name: '@me/My Shop' }",
  })
  await deploy(site, ['systemd', '--root', '/srv/my shop', '--workers', '3', '--user', 'web'], {
    PORT: '8123',
  })
  const of = (key: string): string | undefined => valueOf(site, 'deploy/me-my-shop.service', key)
  expect({
    start: of('ExecStart'),
    reload: of('ExecReload'),
    stop: of('TimeoutStopSec'),
    kill: of('KillMode'),
    writable: of('ReadWritePaths'),
    folder: of('WorkingDirectory'),
    environment: of('EnvironmentFile'),
    user: of('User'),
  }).toEqual({
    start: `${process.execPath} "/srv/my shop/node_modules/tao1/bin/tao.js" serve --workers 3 --host 127.0.0.1 --port 8123`,
    reload: '/bin/kill -HUP $MAINPID',
    stop: '45',
    kill: 'mixed',
    writable: '"-/srv/my shop/store" "-/srv/my shop/.tao"',
    folder: '/srv/my shop',
    environment: '-/srv/my shop/.env',
    user: 'web',
  })
})

test.each(['systemd', 'supervisor'])(
  '#16 what %s is given leaves the next build to whoever made this one',
  async (target) => {
    const site = deployedSite({ ...FILES, 'settings.ts': "export default { database: 'embedded:store' }" })
    const { stdout } = await deploy(site, [target, '--root', '/srv/my shop', '--user', 'web'])
    expect(stdout.match(/^.*(?:chown|chgrp).*$/gm)!.map((line) => line.trim())).toEqual([
      "sudo mkdir -p '/srv/my shop/store' && sudo chown -R web: '/srv/my shop/store'",
      `mkdir -p '/srv/my shop/.tao' && sudo chgrp "$(id -gn web)" '/srv/my shop/.tao' '/srv/my shop/.env' && chmod g+w '/srv/my shop/.tao' && chmod g+r '/srv/my shop/.env'`,
    ])
  },
)

test('#16 with a socket unit the service is told of no port', async () => {
  const site = deployedSite(FILES)
  await deploy(site, ['systemd', '--socket-unit', '--socket', '/run/trial/web.sock'])
  expect(valueOf(site, 'deploy/trial.service', 'ExecStart')).toMatch(/ serve --workers auto$/)
  expect(valueOf(site, 'deploy/trial.service', 'Requires')).toBe('trial.socket')
  expect(valueOf(site, 'deploy/trial.socket', 'ListenStream')).toBe('/run/trial/web.sock')
})

describe.skipIf(!hasProgram('supervisord'))('#16 supervisor', () => {
  test(
    '#16 supervisor runs the site, hands it new code without a request lost, starts it again and sees it end well',
    { timeout: 120_000 },
    async () => {
      const root = await makeProject()
      writeFileSync(
        join(root, 'routes.ts'),
        "import { route } from 'tao1'\nexport default [route('GET', '/', () => 'pid ' + process.pid, 'pid')]\n",
      )
      const port = await freePort()
      const words = [
        'deploy',
        'supervisor',
        '--workers',
        '1',
        '--port',
        String(port),
        '--user',
        userInfo().username,
      ]
      expect((await runTao(words, { cwd: root })).code).toBe(0)

      // Sockets have short paths, and supervisor's own includes no spaces.
      const folder = mkdtempSync(join(tmpdir(), 'tao-sup-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const program = readFileSync(join(root, 'deploy/supervisor.conf'), 'utf8')
      writeFileSync(join(folder, 'site.conf'), program.replace('/var/log/supervisor/', `${folder}/`))
      const main = join(folder, 'main.conf')
      writeFileSync(
        main,
        `[unix_http_server]
file=${folder}/s
[supervisord]
nodaemon=true
logfile=${folder}/main.log
pidfile=${folder}/pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/s
[include]
files = ${folder}/site.conf
`,
      )
      const supervisor = startProgram('supervisord', ['-c', main])
      await supervisor.printed(/success: site entered RUNNING state/)
      const control = (...told: string[]): string =>
        execFileSync('supervisorctl', ['-c', main, ...told], { env: { PATH: systemPath }, encoding: 'utf8' })

      // RUNNING means that it has not ended within its first seconds, not that it listens.
      const first = await firstAnswer(port)
      expect(first).toMatch(/^pid \d+$/)
      control('signal', 'HUP', 'site')
      let asked = first
      // An answer that fails ends the test.
      while (asked === first) asked = await read(port)
      expect(asked).toMatch(/^pid \d+$/)

      // Killed hard, it is started again, while its workers still finish what they have.
      control('signal', 'KILL', 'site')
      await supervisor.printed(/exited: site \(terminated by SIGKILL; not expected\)[^]*spawned: 'site'/)
      expect(await firstAnswer(port)).not.toBe(asked)

      control('stop', 'site')
      await supervisor.printed(/stopped: site \(exit status 0\)/)
      expect(readFileSync(join(folder, 'site.log'), 'utf8')).toContain(`:${port}`)
    },
  )
})
