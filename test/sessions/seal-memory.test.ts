import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SealMemory } from '../../src/sessions/seal-memory.ts'

test('the memory never outgrows its limit and forgets the least recently used', () => {
  const memory = new SealMemory(1000)
  for (const name of ['a', 'b', 'c', 'd']) memory.set(name, { text: '{}', expires: Infinity })
  expect(memory.get('a')).toBeDefined()
  memory.set('e', { text: '{}', expires: Infinity })
  expect(memory.get('b')).toBeUndefined()
  expect(memory.get('a')).toBeDefined()
})

test('its count of bytes is right after any sequence of steps', () => {
  const step = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    text: fc.string({ maxLength: 600 }),
    remove: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const memory = new SealMemory(2000)
      for (const { name, text, remove } of steps) {
        if (remove) memory.delete(name)
        else memory.set(name, { text, expires: 0 })
        expect(memory.bytes).toBeLessThanOrEqual(2000)
      }
      for (const name of 'abcdef') memory.delete(name)
      expect(memory.bytes).toBe(0)
    }),
  )
})
