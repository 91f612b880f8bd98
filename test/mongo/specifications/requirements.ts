import type { Requirement } from './file.ts'

const VERSION = '8.0'

/** Whether a standalone 8.0 without users and test parameters meets one of the requirements. */
export function isMet(requirements: readonly Requirement[] | undefined): boolean {
  return requirements === undefined || requirements.some(meets)
}

function meets(requirement: Requirement): boolean {
  const { minServerVersion, maxServerVersion, topologies, auth, serverless, serverParameters } = requirement
  if (minServerVersion !== undefined && compareVersions(minServerVersion, VERSION) > 0) return false
  if (maxServerVersion !== undefined && compareVersions(maxServerVersion, VERSION) < 0) return false
  if (topologies && !topologies.includes('single')) return false
  return auth !== true && serverless !== 'require' && serverParameters === undefined
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number)) as [number[], number[]]
  for (let at = 0; at < 2; at++) {
    const order = (a[at] ?? 0) - (b[at] ?? 0)
    if (order !== 0) return order
  }
  return 0
}
