import type { Type as TypeBuilder } from '@sinclair/typebox'
import { createRequire } from 'node:module'

function load(): object {
  return (createRequire(import.meta.url)('@sinclair/typebox') as typeof import('@sinclair/typebox')).Type
}

/**
 * TypeBox's builder of JSON Schemas: `Type.Object({ title: Type.String() })`. Its two hundred files are loaded when
 * something is asked of it, since whoever imports anything of tao's imports this too.
 */
export const Type: typeof TypeBuilder = new Proxy({} as typeof TypeBuilder, {
  get: (_, name) => Reflect.get(load(), name) as unknown,
  has: (_, name) => Reflect.has(load(), name),
})
