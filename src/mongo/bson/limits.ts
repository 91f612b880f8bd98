/** What `hello` promises a client, and what holds it to it. */
export const MAX_DOCUMENT_BYTES = 16_777_216
export const MAX_MESSAGE_BYTES = 48_000_000
export const MAX_WRITE_BATCH = 100_000

/** Deeper documents are refused, as a server refuses them (it counts 200 levels). */
export const MAX_DEPTH = 200
