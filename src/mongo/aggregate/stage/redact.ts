import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { printValue } from '../../expression/print.ts'
import { PAUSE } from '../../turn/pause.ts'
import type { CompileStage } from '../types.ts'

const ANSWERS = { DESCEND: 'descend', PRUNE: 'prune', KEEP: 'keep' }

/** `$redact`: asks of each document, and of those within it, whether to keep, prune or look further. */
export const compileRedact: CompileStage = (spec, context) => {
  const names = new Set([...Object.keys(ANSWERS), 'CURRENT'])
  const decide = compileExpression(spec, context, names)
  const variables = new Map<string, Value>(Object.entries(ANSWERS))
  const redactDoc = (current: Doc, root: Doc): Doc | undefined => {
    variables.set('CURRENT', current)
    const answer = decide(root, variables)
    if (answer === ANSWERS.KEEP) return current
    if (answer === ANSWERS.PRUNE) return undefined
    if (answer !== ANSWERS.DESCEND) {
      const words = "$redact's expression should not return anything aside from the variables"
      fail(17053, `${words} $$KEEP, $$DESCEND, and $$PRUNE, but returned ${printValue(answer)}`)
    }
    const kept: Doc = new Map()
    for (const [name, value] of current) {
      const inner = redactValue(value, root)
      if (inner !== undefined) kept.set(name, inner)
    }
    return kept
  }
  const redactValue = (value: Value, root: Doc): Value | undefined => {
    if (isDoc(value)) return redactDoc(value, root)
    if (!Array.isArray(value)) return value
    return value.map((element) => redactValue(element, root)).filter((element) => element !== undefined)
  }
  return function* redact(source) {
    for (const doc of source) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      const kept = redactDoc(doc, doc)
      if (kept) yield kept
    }
  }
}
