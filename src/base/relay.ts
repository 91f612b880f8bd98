/**
 * Carries messages between the processes that serve one site on one machine: whoever posts is heard by all the others,
 * never by itself. Messages are what JSON can carry; none is kept for a process that is not there.
 */
export interface Relay {
  post(topic: string, message: unknown): void
  /**
   * @param listener hears the message, and which process sent it
   * @returns stops listening
   */
  listen(topic: string, listener: (message: unknown, from: number) => void): () => void
  /**
   * @param listener hears of each process that ended, however it did
   * @returns stops listening
   */
  onEnd(listener: (process: number) => void): () => void
}
