import { describe, expect, it } from 'vitest'
import { formatName, parseName, resolveName } from '../../src/templates/name.ts'

describe('template names', () => {
  it.each([
    ['index', { app: undefined, path: 'index' }],
    ['blog:index', { app: 'blog', path: 'index' }],
    ['apps.blog:index', { app: 'blog', path: 'index' }],
    ['blog:posts/list', { app: 'blog', path: 'posts/list' }],
    ['blog:feed.xml', { app: 'blog', path: 'feed.xml' }],
    ['größe/übersicht', { app: undefined, path: 'größe/übersicht' }],
  ])('#7 takes %s apart', (name, parts) => {
    expect(parseName(name)).toEqual(parts)
  })

  it.each([
    '',
    '..',
    '../secret',
    'a/../../secret',
    'blog:../secret',
    '/etc/passwd',
    'blog:/etc/passwd',
    'a\\..\\b',
    'C:\\x',
    'a\0b',
    'a\nb',
    '.env',
    'blog:.hidden/x',
    'a//b',
    'a/',
    'a:b:c',
    ':x',
    'blog:',
    '../blog:index',
    'a/b:c',
    './index',
    'x'.repeat(300),
  ])('H2 refuses %j', (name) => {
    expect(() => parseName(name)).toThrow(expect.objectContaining({ code: 'TAO_TEMPLATE_NAME' }))
  })

  it.each([
    ['./row', 'blog:index', 'blog:row'],
    ['./row', 'blog:posts/list', 'blog:posts/row'],
    ['../row', 'blog:posts/list', 'blog:row'],
    ['../parts/row', 'posts/list', 'parts/row'],
    ['layout', 'blog:index', 'layout'],
    ['shop:row', 'blog:index', 'shop:row'],
  ])('#7 %s inside %s means %s', (name, from, full) => {
    expect(formatName(resolveName(name, parseName(from)))).toBe(full)
  })

  it.each(['../row', './../row', './x/../../row', './.row', './'])('H2 %s cannot leave the app', (name) => {
    expect(() => resolveName(name, parseName('blog:index'))).toThrow(
      expect.objectContaining({ code: 'TAO_TEMPLATE_NAME' }),
    )
  })
})
