import type { EvalContext } from '../bson/context.ts'
import { MongoError } from '../bson/errors.ts'
import type { Doc, Value } from '../bson/value.ts'
import { compileFilter } from '../query/compile-filter.ts'
import { explainFilter } from './explain.ts'

/**
 * Compiles the validator of a collection: any filter, `$jsonSchema` included.
 * @returns a function that gives undefined for a document the validator accepts, and otherwise the `errInfo` of the
 *   error 121: `failingDocumentId` and `details`.
 * @throws MongoError what `compileFilter` throws.
 */
export function compileValidator(validator: Doc, context: EvalContext): (doc: Doc) => Doc | undefined {
  const filter = compileFilter(validator, context)
  return (doc) => {
    if (accepts(() => filter.matches(doc))) return undefined
    const info: Doc = new Map()
    const id = doc.get('_id')
    if (id !== undefined) info.set('failingDocumentId', id)
    return info.set('details', explain(validator, doc, context))
  }
}

// An expression that fails on the document refuses it, and the explanation tells why.
function accepts(matches: () => boolean): boolean {
  try {
    return matches()
  } catch (error) {
    if (error instanceof MongoError) return false
    throw error
  }
}

function explain(validator: Doc, doc: Doc, context: EvalContext): Value {
  try {
    return explainFilter(validator, doc, context)
  } catch (error) {
    if (!(error instanceof MongoError)) throw error
    return new Map<string, Value>([
      ['reason', 'failed to explain document validation failure'],
      [
        'details',
        new Map<string, Value>([
          ['code', error.code],
          ['codeName', error.codeName],
          ['errmsg', error.message],
        ]),
      ],
    ])
  }
}
