import { fail } from '../../bson/errors.ts'
import type { CompileStage } from '../types.ts'

/** `$collStats`, `$indexStats`, `$currentOp`: answered by the store itself. */
export function compileInfo(name: string): CompileStage {
  return (spec, context) => {
    if (!context.info)
      return fail(115, `${name} is not supported here by the embedded store; use a MongoDB server`)
    return () => context.info?.(name, spec) ?? []
  }
}

/** A stage that is refused by name. */
export function refuse(name: string): CompileStage {
  return () => fail(115, `${name} is not supported by the embedded store; use a MongoDB server`)
}
