import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf } from '../../../src/mongo/storage/keys.ts'
import { SortedSpaces } from '../../../src/mongo/storage/sorted-spaces.ts'

const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 7 }).map((bytes) => keyOf(bytes))
const step = fc.record({ key, kind: fc.constantFrom('set', 'set', 'set', 'delete'), value: fc.nat() })

test('#11 An ordered map answers as a sorted list does, in both directions', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.nat(1200),
      fc.tuple(fc.oneof(key, fc.constant('')), key),
      fc.nat(20),
      (steps, many, [from, to], limit) => {
        const map = new SortedSpaces<number>()
        const model = new Map<string, number>()
        // Enough of one kind to fill a block, in ascending order.
        for (let at = 0; at < many; at++) {
          const ascending = `\u0003${String.fromCharCode(at >> 8, at & 255)}`
          map.set(ascending, at)
          model.set(ascending, at)
        }
        for (const { key: k, kind, value } of steps) {
          if (kind === 'set') expect(map.set(k, value)).toBe(model.get(k))
          if (kind === 'set') model.set(k, value)
          else expect(map.delete(k)).toBe(model.delete(k))
        }
        expect(map.size).toBe(model.size)
        const sorted = [...model].sort(([a], [b]) => (a < b ? -1 : 1))
        const within = sorted.filter(([k]) => k >= from && k < to)
        for (const reverse of [false, true]) {
          const seen: [string, number][] = []
          map.walk(from, to, reverse, (k, value) => seen.push([k, value]) <= limit)
          expect(seen).toEqual((reverse ? within.toReversed() : within).slice(0, limit + 1))
        }
        expect([...map.chunks()].flatMap(([keys, values]) => keys.map((k, at) => [k, values[at]]))).toEqual(
          sorted,
        )
        for (const [k, value] of sorted) expect(map.get(k)).toBe(value)
      },
    ),
  )
})
