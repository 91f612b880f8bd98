import { dirname } from 'node:path'
import { shellWord } from '../base/files.ts'
import { deployManifests } from '../scaffold/index.ts'
import { listenOf, quoted, serveCommand, stopSeconds, webGroup, type DeployedSite } from './deployed-site.ts'
import { ownerSteps } from './owner-steps.ts'
import type { Deployment, DeployStep } from './target.ts'

/** A service, and with `--socket-unit` the socket that systemd holds for it. */
export function planSystemd(site: DeployedSite): Deployment {
  const { root, data, user, slug } = site
  const listen = listenOf(site)
  const socket = 'socket' in listen ? listen.socket : undefined
  const folder = socket === undefined ? undefined : runtimeFolder(socket)
  return {
    manifest: {
      files: deployManifests.systemd.files.filter(
        ({ source }) => site.socketUnit || !source.endsWith('.socket'),
      ),
      links: [],
    },
    tokens: {
      name: site.name,
      slug,
      folder: site.folder,
      root,
      user,
      command: serveCommand(site),
      // The socket file belongs to the group of the web server, for nobody else to come in by.
      group: socket === undefined || site.socketUnit ? user : webGroup(),
      umask: socket === undefined || site.socketUnit ? '0027' : '0007',
      runtime:
        folder === undefined || site.socketUnit
          ? ''
          : `RuntimeDirectory=${folder}\nRuntimeDirectoryMode=0750\n`,
      requires: site.socketUnit ? `Requires=${slug}.socket\n` : '',
      shutdown: String(site.timeouts.shutdown),
      stop: String(stopSeconds(site)),
      writable: [...(data === undefined ? [] : [data]), `${root}/.tao`]
        .map((path) => quoted(`-${path}`))
        .join(' '),
      home: [root, site.node].some(isInHome) ? 'read-only' : 'yes',
      listen: socket ?? tcpAddress(listen as { host: string; port: number }),
      access: socket === undefined ? '' : `SocketMode=0660\nSocketUser=${user}\nSocketGroup=${webGroup()}\n`,
    },
    steps: steps(site),
    warnings:
      socket !== undefined && folder === undefined && !site.socketUnit
        ? [
            `${dirname(socket)} has to be a folder in which ${user} may write; one below /run/ would be made by systemd.`,
          ]
        : [],
  }
}

function steps(site: DeployedSite): DeployStep[] {
  const { slug, root, folder, user, socketUnit } = site
  const units = socketUnit ? [`${slug}.service`, `${slug}.socket`] : [`${slug}.service`]
  const files = units.map((unit) => shellWord(`${root}/${folder}/${unit}`)).join(' ')
  return [
    {
      type: `sudo useradd --system --user-group --home-dir ${shellWord(root)} --shell /usr/sbin/nologin ${user}`,
      remark: 'the user it runs as, if there is none',
    },
    ...ownerSteps(site),
    { type: `sudo cp ${files} /etc/systemd/system/`, remark: 'systemd finds it' },
    {
      type: `sudo systemctl daemon-reload && sudo systemctl enable --now ${units.at(-1)!}`,
      remark: 'it runs, and after each start of the machine',
    },
    { type: `sudo systemctl reload ${slug}`, remark: 'new code, without a request lost' },
  ]
}

/** `/run/site/site.sock` → `site`: a folder that systemd makes, and takes away, with the service. */
function runtimeFolder(socket: string): string | undefined {
  return /^\/(?:var\/)?run\/([^/ ]+)\/[^/]+$/.exec(socket)?.[1]
}

function tcpAddress({ host, port }: { host: string; port: number }): string {
  const address = host === 'localhost' ? '127.0.0.1' : host
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

function isInHome(path: string): boolean {
  return /^\/(?:home|root|run\/user)\//.test(`${path}/`)
}
