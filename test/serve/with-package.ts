import { afterAll, afterEach } from 'vitest'
import { buildPackage, type BuiltPackage } from './built-package.ts'

/** A built package for the tests of a file, and what is to be done after each of them, the last first. */
export function withPackage(): { built: BuiltPackage; cleanUps: (() => unknown)[] } {
  const built = buildPackage()
  const cleanUps: (() => unknown)[] = []
  afterAll(() => built.remove())
  afterEach(async () => {
    for (const clean of cleanUps.splice(0).reverse()) await clean()
  })
  return { built, cleanUps }
}
