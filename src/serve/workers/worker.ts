import { tuneCollector } from '../tune-collector.ts'
import { createWorker } from './worker-site.ts'

// Ctrl-C, and the signals of some service managers, reach every process: only the primary's word counts here.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {})

tuneCollector()
createWorker()
