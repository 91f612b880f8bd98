/** Between a view and the socket the database driver alone takes more frames than the ten that an error has by default. */
const frames = 50

/** Lets the errors of this process keep so much of their stack that the project's line which waits for a driver is in it. */
export function deepenStacks(): void {
  // A debugger, or the site itself, may want more.
  Error.stackTraceLimit = Math.max(frames, Error.stackTraceLimit ?? 0)
}
