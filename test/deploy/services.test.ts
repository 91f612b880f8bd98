import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
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

/** A value of a unit or of a program, as it stands in its file. */
function valueOf(site: TestSite, file: string, key: string): string | undefined {
  const text = readFileSync(join(site.folder, file), 'utf8')
  return text.match(new RegExp(`^${key}=(.*)$`, 'm'))?.[1]
}

describe.skipIf(!hasProgram('systemd-analyze'))('#16 systemd', () => {
  const verify = (site: TestSite, ...units: string[]): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', ...units.map((unit) => join(site.folder, unit))],
      { encoding: 'utf8' },
    )
    return { status, output: stdout + stderr }
  }

  test.each<[string, string[], string[]]>([
    ['a port', [], ['trial.service']],
    ['a socket file', ['--socket', '/run/trial/web.sock'], ['trial.service']],
    ['a socket of its own', ['--socket-unit'], ['trial.socket', 'trial.service']],
    [
      'a socket file of its own',
      ['--socket-unit', '--socket', '/run/trial/web.sock'],
      ['trial.socket', 'trial.service'],
    ],
  ])('#16 systemd finds nothing wrong with the units for %s', async (_, words, units) => {
    const site = deployedSite(FILES)
    await deploy(site, ['systemd', ...words], { PORT: '8123' })
    expect(verify(site, ...units.map((unit) => `deploy/${unit}`))).toEqual({ status: 0, output: '' })
  })

  test('#16 a unit is checked for real: a word systemd does not know is found', async () => {
    const site = deployedSite(FILES)
    await deploy(site, ['systemd'], { PORT: '8123' })
    const file = join(site.folder, 'deploy/trial.service')
    writeFileSync(file, readFileSync(file, 'utf8').replace('TimeoutStopSec', 'TimeoutStopSecs'))
    expect(verify(site, 'deploy/trial.service').output).toContain('TimeoutStopSecs')
  })

  test('#16 the service is shut off well: systemd rates its exposure as OK', async () => {
    const site = deployedSite(FILES)
    await deploy(site, ['systemd'], { PORT: '8123' })
    const { stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', join(site.folder, 'deploy/trial.service')],
      { encoding: 'utf8' },
    )
    const [, exposure] = /Overall exposure level for trial\.service: ([\d.]+)/.exec(stdout) ?? []
    expect(Number(exposure)).toBeLessThan(2.5)
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

test('#16 with a socket unit the service is told of no port', async () => {
  const site = deployedSite(FILES)
  await deploy(site, ['systemd', '--socket-unit', '--socket', '/run/trial/web.sock'])
  expect(valueOf(site, 'deploy/trial.service', 'ExecStart')).toMatch(/ serve --workers auto$/)
  expect(valueOf(site, 'deploy/trial.service', 'Requires')).toBe('trial.socket')
  expect(valueOf(site, 'deploy/trial.socket', 'ListenStream')).toBe('/run/trial/web.sock')
})
