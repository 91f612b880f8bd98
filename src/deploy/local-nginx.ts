import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

/** From 1.25.1 on nginx warns of the other form, which before was the only one. */
export function hasHttp2Directive(): boolean {
  const { stderr } = spawnSync('nginx', ['-v'], {
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    encoding: 'utf8',
  })
  const [major = 0, minor = 0, patch = 0] = (/nginx\/([\d.]+)/.exec(stderr ?? '')?.[1] ?? '')
    .split('.')
    .map(Number)
  return major > 1 || (major === 1 && (minor > 25 || (minor === 25 && patch >= 1)))
}

/** Whether Debian's package of the module is in use here. */
export function hasBrotli(): boolean {
  const folder = '/etc/nginx/modules-enabled'
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes('brotli-static'))
}
