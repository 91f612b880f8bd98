import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
})
const seconds = Number(values.seconds)
const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 30) : Number(values.seed)
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('Usage: npm run fuzz -- [--seconds N] [--seed N]')
  process.exit(2)
}
console.error(`Seed ${seed}, for ${seconds} s.`)
const connections = await fuzz({
  seed,
  rounds: Number.MAX_SAFE_INTEGER,
  time: seconds * 1000,
  onBatch: ({ rounds, connections, state }) =>
    console.error(
      `${rounds} rounds, ${connections} connections, heap ${(state.heap / 2 ** 20).toFixed(1)} MiB, outside ${(state.outside / 2 ** 20).toFixed(1)} MiB, ${state.sockets} sockets`,
    ),
})
console.log(`${connections} connections, and nothing was found.`)
