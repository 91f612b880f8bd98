const steps = new Set<() => void>()

/**
 * Has something done when the measuring ends, however it does: at its end, by an error, by Ctrl-C. For what must not be
 * left behind: processes, folders.
 * @returns does it now
 */
export function atEnd(step: () => void): () => void {
  steps.add(step)
  return () => {
    if (steps.delete(step)) step()
  }
}

process.on('exit', () => {
  for (const step of [...steps].toReversed()) step()
})
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(status))
