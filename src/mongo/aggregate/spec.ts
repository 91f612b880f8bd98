import { addContext, fail, FoldingError } from '../bson/errors.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'

/** A stage's specification when only a document will do. */
export function requireDoc(spec: Value | undefined, code: number, message: string): Doc {
  return isDoc(spec) ? spec : fail(code, message)
}

/** An array whose elements are all documents: a pipeline. */
export function requirePipeline(value: Value | undefined): Doc[] {
  if (!Array.isArray(value)) return fail(14, "'pipeline' option must be specified as an array")
  return value.map((stage) => requireDoc(stage, 14, `Each element of the 'pipeline' array must be an object`))
}

/** Compiles what a stage was given; its mistakes name the stage, but for what comes of folding constants. */
export function inStage<T>(stage: string, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    throw error instanceof FoldingError ? error : addContext(error, `Invalid ${stage}`)
  }
}
