import { expect, test } from 'vitest'
import { injectLive } from '../../src/serve/inject-live.ts'

const script = '<script src="/__tao__/live.js" data-generation="3" async></script>'

test.each([
  [
    'a head',
    '<!doctype html><html><head><title>x</title></head><body></body></html>',
    `<title>x</title>${script}</head>`,
  ],
  ['a body alone', '<html><body class="a">x</body></html>', `<html>${script}<body class="a">`],
  ['neither', '<!doctype html><title>x</title><p>y', `<p>y${script}`],
  ['a comment in front', '<!-- made by hand -->\n<!DOCTYPE html><head></head>', `<head>${script}</head>`],
])('a document with %s gets the script', (_what, html, expected) => {
  expect(injectLive(html, 3)).toContain(expected)
})

test.each(['<p>a fragment</p>', '', 'words', '<svg></svg>'])(
  '"%s" is no document and stays as it is',
  (html) => {
    expect(injectLive(html, 3)).toBe(html)
  },
)

test("the page's nonce is kept", () => {
  expect(injectLive('<html><head></head></html>', 3, 'abc')).toContain('async nonce="abc"></script></head>')
})
