import { planCompose } from './compose.ts'
import { planDocker } from './docker.ts'
import { planNginx } from './nginx.ts'
import { planSupervisor } from './supervisor.ts'
import { planSystemd } from './systemd.ts'
import type { DeployTarget, PlanTarget } from './target.ts'

export { describeDeployment, type DeployedSite, type DeployOptions } from './deployed-site.ts'
export type { Deployment, DeployStep, DeployTarget } from './target.ts'

export const targetPlans: Readonly<Record<DeployTarget, PlanTarget>> = {
  nginx: planNginx,
  systemd: planSystemd,
  supervisor: planSupervisor,
  docker: planDocker,
  compose: planCompose,
}
