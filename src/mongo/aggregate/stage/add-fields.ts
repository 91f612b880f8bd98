import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { printDoc } from '../../bson/print.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { splitPath } from '../../expression/field-path.ts'
import { typeOf } from '../../expression/missing.ts'
import { PAUSE } from '../../turn/pause.ts'
import { overlaps } from '../paths.ts'
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

/** Refuses paths that are said twice, and objects that are half an expression. */
function checkPaths(whole: Doc, spec: Doc, above: string, seen: string[]): void {
  for (const [name, value] of spec) {
    if (above === '') splitPath(name)
    else if (name.startsWith('$')) {
      if (spec.size !== 1) {
        const words =
          'an expression specification must contain exactly one field, the name of the expression.'
        fail(
          40181,
          `${words} Found ${spec.size} fields in ${printDoc(spec)}, while parsing object ${printDoc(whole)}`,
        )
      }
      addPath(whole, above, seen)
      continue
    } else if (name.includes('.')) {
      fail(40183, `cannot use dotted field name '${name}' in a sub object: ${printDoc(whole)}`)
    }
    const path = above === '' ? name : `${above}.${name}`
    if (isDoc(value)) checkPaths(whole, value, path, seen)
    else addPath(whole, path, seen)
  }
}

function addPath(whole: Doc, path: string, seen: string[]): void {
  const other = seen.find((each) => overlaps(each, path))
  if (other !== undefined) {
    const words = 'specification contains two conflicting paths. Cannot specify both'
    fail(40176, `${words} '${path}' and '${other}': ${printDoc(whole)}`)
  }
  seen.push(path)
}

function compileFor(stage: string): CompileStage {
  return (spec, context) => {
    const fields = requireDoc(
      spec,
      40272,
      `${stage} specification stage must be an object, got ${typeOf(spec)}`,
    )
    const tree = makeTree()
    inStage(stage, () => {
      checkPaths(fields, fields, '', [])
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
