import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkout, readSources } from './source-files.ts'

/** Codes as they stand in the source: each is declared once, by createError in a folder's errors.ts. */
function declaredCodes(): string[] {
  return readSources()
    .filter(({ path }) => path.endsWith('/errors.ts') && !path.startsWith('base/'))
    .flatMap(({ text }) => text.match(/(?<=')TAO_[A-Z0-9_]+(?=')/g) ?? [])
}

test('every code is declared once', () => {
  const codes = declaredCodes()
  expect(codes.length).toBeGreaterThan(60)
  expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([])
})

test('docs/errors.md is what the code says: node scripts/errors-page.js', async () => {
  const { renderErrorsPage } = (await import(join(checkout, 'scripts', 'errors-page.js'))) as {
    renderErrorsPage(): Promise<string>
  }
  const page = await renderErrorsPage()
  expect(readFileSync(join(checkout, 'docs', 'errors.md'), 'utf8')).toBe(page)
  expect(declaredCodes().filter((code) => !page.includes(`\`${code}\``))).toEqual([])
})
