import { existsSync } from 'node:fs'
import { shellWord } from '../base/files.ts'
import { deployManifests } from '../scaffold/index.ts'
import { serveCommand, stopSeconds, type DeployedSite } from './deployed-site.ts'
import type { Deployment } from './target.ts'

/** A program of supervisor. */
export function planSupervisor(site: DeployedSite): Deployment {
  const { slug, root, folder, user, data } = site
  const target = existsSync('/etc/supervisord.d')
    ? `/etc/supervisord.d/${slug}.ini`
    : `/etc/supervisor/conf.d/${slug}.conf`
  const own = [...(data === undefined ? [] : [data]), `${root}/.tao`].map(shellWord).join(' ')
  return {
    manifest: deployManifests.supervisor,
    tokens: {
      name: site.name,
      slug,
      folder,
      root,
      user,
      command: serveCommand(site),
      shutdown: String(site.timeouts.shutdown),
      stop: String(stopSeconds(site)),
      logs: '/var/log/supervisor',
    },
    steps: [
      {
        type: `sudo useradd --system --user-group --home-dir ${shellWord(root)} --shell /usr/sbin/nologin ${user}`,
        remark: 'the user it runs as, if there is none',
      },
      {
        type: `sudo mkdir -p ${own} && sudo chown -R ${user}: ${own} ${shellWord(`${root}/.env`)}`,
        remark: 'what it may write, and the secrets it reads',
      },
      {
        type: `sudo ln -s ${shellWord(`${root}/${folder}/supervisor.conf`)} ${target}`,
        remark: 'supervisor finds it',
      },
      { type: 'sudo supervisorctl update', remark: 'it runs' },
      { type: `sudo supervisorctl signal HUP ${slug}`, remark: 'new code, without a request lost' },
    ],
    warnings: [],
  }
}
