import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import { fuzzStore } from './fuzz-store.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' }, only: { type: 'string' } },
})
const seconds = Number(values.seconds)
const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 30) : Number(values.seed)
const { only } = values
if (!(seconds > 0) || !Number.isInteger(seed) || !['site', 'store', undefined].includes(only)) {
  console.error('Usage: npm run fuzz -- [--seconds N] [--seed N] [--only site|store]')
  process.exit(2)
}
console.error(`Seed ${seed}, for ${seconds} s.`)
// Both in turn, each half of the time.
const time = (seconds * 1000) / (only === undefined ? 2 : 1)
const rounds = Number.MAX_SAFE_INTEGER
if (only !== 'store') {
  const connections = await fuzz({
    seed,
    rounds,
    time,
    onBatch: ({ rounds: done, connections: made, state }) =>
      console.error(
        `${done} rounds, ${made} connections, heap ${(state.heap / 2 ** 20).toFixed(1)} MiB, outside ${(state.outside / 2 ** 20).toFixed(1)} MiB, ${state.sockets} sockets`,
      ),
  })
  console.log(`The site: ${connections} connections, and nothing was found.`)
}
if (only !== 'site') {
  const messages = await fuzzStore({
    seed,
    rounds,
    time,
    onBatch: ({ rounds: done, messages: sent }) => console.error(`${done} rounds, ${sent} messages`),
  })
  console.log(`The store: ${messages} messages, and nothing was found.`)
}
