import { expect, expectTypeOf, test } from 'vitest'
import { Session } from '../../src/sessions/index.ts'

declare module '../../src/sessions/index.ts' {
  interface SessionData {
    visitsOfThisTest?: number
  }
}

test('#12 a site declares what its sessions hold, and anything else is unknown', () => {
  const session = new Session('{"visitsOfThisTest":2}')
  expectTypeOf(session.visitsOfThisTest).toEqualTypeOf<number | undefined>()
  expectTypeOf(session['another']).toEqualTypeOf<unknown>()
  session.visitsOfThisTest = (session.visitsOfThisTest ?? 0) + 1
  expect(session.visitsOfThisTest).toBe(3)
  // @ts-expect-error a number was declared
  expect(() => (session.visitsOfThisTest = 'three')).not.toThrow()
})
