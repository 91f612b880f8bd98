/**
 * Carries messages between the processes that serve one site on one machine: whoever posts is heard by all the others,
 * never by itself. Messages are what JSON can carry; none is kept for a process that is not there.
 */
export interface Relay {
  post(topic: string, message: unknown): void
  /** @returns stops listening */
  listen(topic: string, listener: (message: unknown) => void): () => void
}
