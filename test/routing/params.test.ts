import { expectTypeOf, test } from 'vitest'
import { route, type Request } from '../../src/http/index.ts'
import type { ParamsOf } from '../../src/routing/index.ts'

test('#4 a path gives its parameters their types', () => {
  expectTypeOf<ParamsOf<'/blog'>>().toEqualTypeOf<{}>()
  expectTypeOf<ParamsOf<'/blog/{slug}'>>().toEqualTypeOf<{ slug: string }>()
  expectTypeOf<ParamsOf<'/blog/{id:int}'>>().toEqualTypeOf<{ id: number }>()
  expectTypeOf<ParamsOf<'/b/{id:int}/{rest:path}'>>().toEqualTypeOf<{ id: number; rest: string }>()
  expectTypeOf<ParamsOf<'/b/{y:\\d{4}}-{m:\\d{2}}'>>().toEqualTypeOf<{ y: string; m: string }>()
  expectTypeOf<ParamsOf<'/b/{word:\\p{L}+}'>>().toEqualTypeOf<{ word: string }>()
  expectTypeOf<ParamsOf<string>>().toEqualTypeOf<Record<string, unknown>>()
})

test('#4 a view with the wrong params is a compile error on its route', () => {
  const byId = (request: Request<{ id: number }>): object => ({ id: request.params.id })
  const plain = (request: Request): object => ({ path: request.path })
  route('GET', '/blog/{id:int}', byId)
  route('GET', '/blog/{id:int}', plain)
  route('GET', '/blog/{id:int}', (request) => {
    expectTypeOf(request.params).toEqualTypeOf<{ id: number }>()
    return {}
  })
  // @ts-expect-error id is a string here
  route('GET', '/blog/{id}', byId)
  // @ts-expect-error there is no id here
  route('GET', '/blog/{slug}', byId)
})
