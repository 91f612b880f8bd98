/** Deeper documents are refused, as a server refuses them (it counts 200 levels). */
export const MAX_DEPTH = 200
