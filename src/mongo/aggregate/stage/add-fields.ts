import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { splitPath } from '../../expression/field-path.ts'
import { PAUSE } from '../../turn/pause.ts'
import { addLeaf, compute, makeTree } from '../projection-tree.ts'
import type { Tree } from '../projection-tree.ts'
import { inStage, requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'

function addAll(tree: Tree, spec: Doc, above: readonly string[], context: EvalContext): void {
  for (const [name, value] of spec) {
    const path = [...above, ...splitPath(name)]
    const [first] = isDoc(value) ? value.keys() : []
    if (isDoc(value) && first !== undefined && !first.startsWith('$')) addAll(tree, value, path, context)
    else addLeaf(tree, path, compileExpression(value, context))
  }
}

function compileFor(stage: string): CompileStage {
  return (spec, context) => {
    const fields = requireDoc(
      spec,
      40272,
      `${stage} specification stage must be an object, got ${typeof spec}`,
    )
    const tree = makeTree()
    inStage(stage, () => {
      if (fields.size === 0) fail(40177, 'specification must have at least one field')
      addAll(tree, fields, [], context)
    })
    return function* addFields(source) {
      for (const doc of source) {
        if (doc === PAUSE) {
          yield PAUSE
          continue
        }
        const added: Doc = new Map(doc)
        compute(tree, added, doc, NO_VARIABLES)
        yield added
      }
    }
  }
}

/** `$addFields`: sets fields, keeping the others and the place of those that were there. */
export const compileAddFields: CompileStage = compileFor('$addFields')

/** `$set`, another name of the same. */
export const compileSet: CompileStage = compileFor('$set')
