import type { Place } from '../base/errors.ts'

/** Something that keeps a site from being built, in the form of a finding of `tao check`. */
export interface Problem {
  /** The id of a check, or the code of an error. */
  id: string
  level: 'error' | 'warning'
  message: string
  hint?: string | undefined
  place?: Place | undefined
}
