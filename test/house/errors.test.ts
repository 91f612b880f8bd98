import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkout, readSources } from './source-files.ts'

/** Codes as they stand in the source: each is declared once, by createError in a folder's errors.ts. */
function declaredCodes(): { code: string; path: string }[] {
  return readSources()
    .flatMap(({ path, text }) =>
      path === 'base/errors.ts'
        ? []
        : [...text.matchAll(/'(TAO_[A-Z0-9_]+)',?\s*(?:\n|,|\))/g)].map((match) => ({
            code: match[1]!,
            path,
          })),
    )
    .filter(({ path }) => path.endsWith('errors.ts'))
}

test('every code is declared once', () => {
  const codes = declaredCodes().map(({ code }) => code)
  expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([])
})

test('docs/errors.md lists every code, and no other', () => {
  const page = readFileSync(join(checkout, 'docs', 'errors.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `(TAO_[A-Z0-9_]+)`/gm)].map((match) => match[1]!)
  expect(listed.toSorted()).toEqual(
    declaredCodes()
      .map(({ code }) => code)
      .toSorted(),
  )
})
