import { createChild } from './child-site.ts'

// Ctrl-C reaches every process of the terminal: only the parent's word counts here.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

await createChild()
