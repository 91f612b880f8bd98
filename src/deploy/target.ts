import type { Manifest, Tokens } from '../scaffold/index.ts'
import type { DeployedSite } from './deployed-site.ts'

export type DeployTarget = 'nginx' | 'systemd' | 'supervisor' | 'docker' | 'compose'

/** One line to type once the files are there. */
export interface DeployStep {
  type: string
  /** What comes of it. */
  remark: string
}

/** What one target is made of: files, the words that fill them, and what is left to be done by hand. */
export interface Deployment {
  manifest: Manifest
  tokens: Tokens
  steps: readonly DeployStep[]
  /** What will not work as it stands, each a sentence. */
  warnings: readonly string[]
}

/** Fits the files of one target to a site. */
export type PlanTarget = (site: DeployedSite) => Deployment
