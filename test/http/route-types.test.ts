import { Type, type Static } from '@sinclair/typebox'
import { expect, expectTypeOf, test } from 'vitest'
import { resource, route, type Request } from '../../src/http/index.ts'

const Post = Type.Object({ title: Type.String(), stars: Type.Optional(Type.Integer()) })

test('#18 the types of a body schema are those of request.body, and a view that asks for others is an error', () => {
  const create = (request: Request<object, Static<typeof Post>>): string => request.body.title
  const misled = (request: Request<object, { title: number }>): object => ({ title: request.body.title })
  const routes = [
    route('POST', '/a', create, 'a', { body: Post }),
    route(
      'POST',
      '/b',
      async (request) => {
        expectTypeOf(request.body).toEqualTypeOf<{ title: string; stars?: number }>()
        expectTypeOf(await request.json()).toEqualTypeOf<{ title: string; stars?: number }>()
      },
      'b',
      { body: Post },
    ),
    // @ts-expect-error the title is a string
    route('POST', '/c', misled, 'c', { body: Post }),
    // @ts-expect-error without a schema nothing is known of the body
    route('POST', '/d', create, 'd'),
    route('POST', '/e', async (request) => {
      expectTypeOf(request.body).toEqualTypeOf<unknown>()
      expectTypeOf(await request.json()).toEqualTypeOf<unknown>()
    }),
  ]
  expect(routes).toHaveLength(5)
})

test('#19 the views of a resource get the id in the type of its converter', () => {
  class Notes {
    show(request: Request<{ id: number }>): object {
      return { id: request.params.id }
    }
  }
  expect(resource('/notes', Notes, { id: 'int' })).toHaveLength(1)
  // @ts-expect-error without a converter the id is a string
  expect(resource('/notes', Notes)).toHaveLength(1)
})

test('#6 a view answers with what can be sent, and asks for a method that there is', () => {
  // @ts-expect-error a number is no answer
  expect(route('GET', '/', () => 5).methods).toEqual(['GET'])
  // @ts-expect-error there is no such method
  expect(() => route('GTE', '/', () => '')).toThrow('GTE')
})
