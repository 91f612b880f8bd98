import { existsSync } from 'node:fs'
import { shellWord } from '../base/files.ts'
import { deployManifests } from '../scaffold/index.ts'
import { serveCommand, stopSeconds, type DeployedSite } from './deployed-site.ts'
import { ownerSteps } from './owner-steps.ts'
import type { Deployment } from './target.ts'

/** A program of supervisor. */
export function planSupervisor(site: DeployedSite): Deployment {
  const { slug, root, folder, user } = site
  const target = existsSync('/etc/supervisord.d')
    ? `/etc/supervisord.d/${slug}.ini`
    : `/etc/supervisor/conf.d/${slug}.conf`
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
      ...ownerSteps(site),
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
