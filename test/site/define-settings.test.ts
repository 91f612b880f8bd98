import { expect, test } from 'vitest'
import { defineSettings } from '../../src/site/index.ts'

test('#17 defineSettings keeps the types of what it is given, and refuses unknown keys', () => {
  const settings = defineSettings({
    public: { title: 'My site' },
    extra: { pageSize: 20 },
    middleware: [(request, next) => (request.method === 'GET' ? next() : 'no')],
  })
  const title: string = settings.public.title
  const size: number = settings.extra.pageSize
  expect([title, size]).toEqual(['My site', 20])
  // @ts-expect-error -- an unknown key is a compile error
  defineSettings({ prot: 1 })
})
