import { Kind, Type as Original } from '@sinclair/typebox'
import { expect, test } from 'vitest'
import { Type } from '../../src/index.ts'

test('#18 Type is the builder of TypeBox, all of it', () => {
  const schema = Type.Object({
    title: Type.String({ minLength: 1 }),
    tags: Type.Optional(Type.Array(Type.String())),
  })
  const same = Original.Object({
    title: Original.String({ minLength: 1 }),
    tags: Original.Optional(Original.Array(Original.String())),
  })
  expect(schema).toEqual(same)
  expect(schema[Kind]).toBe('Object')
  for (const name of Object.keys(Original)) expect(name in Type, name).toBe(true)
})
