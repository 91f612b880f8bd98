/**
 * Makes a listener whose mistakes end with it. An error that leaves a listener of an event channel ends the process, and
 * looking at a site must not be what takes it down.
 */
export function quietly<Event>(listener: (event: Event) => void): (event: Event) => void {
  return (event) => {
    try {
      listener(event)
    } catch (error) {
      process.emitWarning(`The toolbar could not take something down: ${(error as Error).stack}`)
    }
  }
}
