import { TaoError } from '../base/errors.ts'
import type { CheckId } from './check-ids.ts'
import { finding, type Finding } from './finding.ts'

/** What went wrong while a part of the site was read, as a finding. */
export function fromError(error: unknown, id: CheckId): Finding {
  if (isTaoError(error)) return finding(id, error.message, { hint: error.hint, place: error.place })
  return finding(id, error instanceof Error ? error.message : String(error))
}

/** By its shape: a site may have a copy of tao of its own. */
export function isTaoError(error: unknown): error is TaoError {
  return error instanceof TaoError || (error instanceof Error && error.name === 'TaoError' && 'code' in error)
}
