import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'
import { fuzzStore } from './fuzz-store.ts'

test('whatever is sent, the site answers no 5xx, hangs nowhere, leaks nothing, and serves the next one', async () => {
  // The same ones each time: those that are new each time are sent by npm run fuzz.
  expect(await fuzz({ seed: 20_261_127, rounds: 25 })).toBeGreaterThan(150)
}, 180_000)

test('whatever is sent to the store, it answers or closes that connection, fails at nothing, and its data stay valid', async () => {
  expect(await fuzzStore({ seed: 20_261_127, rounds: 8 })).toBeGreaterThan(100)
}, 180_000)
