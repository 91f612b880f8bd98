import { shellWord } from '../base/files.ts'
import type { DeployedSite } from './deployed-site.ts'
import type { DeployStep } from './target.ts'

/**
 * Whose the files are: the data are the site's, all else stays with whoever builds it. Were `.tao` and `.env` the site's as
 * well, the next version could be built by nobody but root.
 */
export function ownerSteps({ root, data, user }: Pick<DeployedSite, 'root' | 'data' | 'user'>): DeployStep[] {
  const [tao, env] = [`${root}/.tao`, `${root}/.env`].map(shellWord) as [string, string]
  const steps: DeployStep[] = []
  if (data !== undefined) {
    const folder = shellWord(data)
    steps.push({ type: `sudo mkdir -p ${folder} && sudo chown -R ${user}: ${folder}`, remark: 'its data' })
  }
  steps.push({
    type: `mkdir -p ${tao} && sudo chgrp "$(id -gn ${user})" ${tao} ${env} && chmod g+w ${tao} && chmod g+r ${env}`,
    remark:
      'the secrets it reads, and where it keeps which apps are off; both stay yours, for the next build',
  })
  return steps
}
