import type { Variables } from '../expression/types.ts'

/** What expressions of a stage get: nothing bound yet; user variables are in the context. */
export const NO_VARIABLES: Variables = new Map()
