import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkout, startNode } from '../journeys/real-tao.ts'
import { tempFolder } from '../scaffold/temp-folder.ts'
import { freePort, hasProgram, startProgram } from './program.ts'
import { fillSystemImage } from './system-image.ts'

const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']

/** Images and containers of the test alone. */
function storage(folder: string): string[] {
  return ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs']
}

function ownBuildah(folder: string): (words: readonly string[], cwd?: string) => string {
  return (words, cwd = folder) =>
    execFileSync('buildah', [...storage(folder), ...words], {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 1 << 26,
    }).trim()
}

/**
 * A registry may lack the packages of platforms that nobody asked it for, and the lockfile then lacks them, too, which
 * `npm ci` does not take: those of this checkout are put in.
 */
function completeLockfile(file: string): void {
  type Lockfile = { packages: Record<string, object> }
  const own = JSON.parse(readFileSync(file, 'utf8')) as Lockfile
  const whole = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as Lockfile
  for (const [path, entry] of Object.entries(whole.packages))
    if ('os' in entry && !('dev' in entry)) own.packages[path] ??= entry
  writeFileSync(file, JSON.stringify(own))
}

/** Sends SIGTERM as `docker stop` does, to the server alone, and ends as the server does. */
const untilTold = '"$@" & server=$!; read -r told; kill -TERM "$server"; wait "$server"'

const isPossible = hasProgram('buildah') && process.platform === 'linux' && process.getuid?.() === 0

test.skipIf(!isPossible)(
  '#16 the image is built, holds what serves and nothing else, answers as the user node, and ends with 0 (buildah, as root)',
  { timeout: 1_200_000 },
  async () => {
    const folder = tempFolder()
    const buildah = ownBuildah(folder)
    onTestFinished(() => {
      buildah(['rm', '--all'])
      buildah(['rmi', '--all', '--force'])
    })
    const system = join(folder, 'system')
    const env = fillSystemImage(system)
    const base = buildah(['from', 'scratch'])
    buildah(['copy', '--quiet', base, system, '/'])
    buildah([
      'config',
      ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      base,
    ])
    buildah(['commit', '--quiet', base, `node:${process.versions.node.split('.')[0]}-slim`])

    const bin = join(checkout, 'bin/tao.js')
    const made = await startNode([bin, 'new-project', 'site', '--no-install', '--no-git'], { cwd: folder })
      .ended
    expect(made.code, made.stderr).toBe(0)
    const site = join(folder, 'site')
    mkdirSync(join(site, 'vendor'))
    const npm = (cwd: string, ...words: string[]): Buffer =>
      execFileSync('npm', [...words, ...quiet], { cwd, stdio: 'pipe' })
    npm(checkout, 'pack', '--pack-destination', join(site, 'vendor'), '--silent', '--ignore-scripts')
    const [tarball = ''] = readdirSync(join(site, 'vendor'))
    npm(site, 'install', `./vendor/${tarball}`)
    completeLockfile(join(site, 'package-lock.json'))
    const own = join(site, 'node_modules/tao1/bin/tao.js')
    for (const words of [
      ['new-app', 'blog'],
      ['deploy', 'docker', '--workers', '2'],
    ]) {
      const { code, stderr } = await startNode([own, ...words], { cwd: site }).ended
      expect([code, stderr]).toEqual([0, ''])
    }

    const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim()
    mkdirSync(cache, { recursive: true })
    buildah(
      [
        'build',
        '--isolation',
        'chroot',
        '--pull-never',
        '--format',
        'docker',
        '--volume',
        `${cache}:/root/.npm`,
        '--file',
        'deploy/Dockerfile',
        '--tag',
        'site',
        '.',
      ],
      site,
    )
    const container = buildah(['from', '--pull-never', 'site'])
    const { Docker: image } = JSON.parse(buildah(['inspect', container])) as {
      Docker: { config: { Cmd: string[]; User: string; Healthcheck: { Test: string[] } } }
    }
    const { Cmd, User, Healthcheck } = image.config
    expect(User).toBe('node')
    const root = buildah(['mount', container])
    expect(readdirSync(join(root, 'site')).sort()).toEqual(['.tao', 'data', 'node_modules', 'package.json'])
    expect(readdirSync(join(root, 'site/.tao')).sort()).toEqual(['build', 'static'])
    const packages = readdirSync(join(root, 'site/node_modules'))
    expect(packages).toContain('tao1')
    for (const name of ['typescript', 'vitest']) expect(packages).not.toContain(name)

    // A new volume takes over what the image has there, owner and all.
    const { uid, gid } = statSync(join(root, 'site/data'))
    expect([uid, gid]).toEqual([1000, 1000])
    const port = await freePort()
    const secret = /^SECRET_KEY=.*$/m.exec(readFileSync(join(site, '.env'), 'utf8'))![0]
    const inside = (words: readonly string[], env: readonly string[] = []): string[] => {
      const given = [`PORT=${port}`, 'HOST=127.0.0.1', ...env].flatMap((one) => ['--env', one])
      return ['run', '--isolation', 'chroot', '--network', 'host', ...given, container, '--', ...words]
    }
    const serving = startProgram('buildah', [
      ...storage(folder),
      ...inside(['sh', '-c', untilTold, 'sh', ...Cmd], [secret]),
    ])
    await serving.printed(/Serving site, as it was built, .* with 2 workers/)
    const url = `http://127.0.0.1:${port}`
    const page = await fetch(`${url}/blog`, {
      method: 'POST',
      body: new URLSearchParams({ title: 'Hello', text: 'x' }),
    })
    expect([page.status, (await page.text()).includes('Hello')]).toEqual([200, true])
    expect((await fetch(`${url}/static/blog/blog.css`)).status).toBe(200)
    expect(Healthcheck.Test[0]).toBe('CMD')
    buildah(inside(Healthcheck.Test.slice(1)))

    // Whoever it runs as, it may write to its data and to nothing else.
    const written = ['data', '.', '.tao', '.tao/build', 'node_modules/tao1']
    const script = written.map((path) => `(echo x > ${path}/x) 2> /dev/null && echo ${path}`).join('; ')
    expect(buildah(inside(['sh', '-c', `id -u; ${script}; true`]))).toBe('1000\ndata')

    serving.child.stdin!.write('end\n')
    expect([await serving.ended, serving.output.includes('Ending')]).toEqual([0, true])
    expect(() => buildah(inside(Healthcheck.Test.slice(1)))).toThrow()
  },
)
