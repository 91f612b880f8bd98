import type { Doc, Value } from '../../bson/value.ts'

/** One keyword of a schema. */
export interface Rule {
  accepts(value: Value): boolean
  /** Why a value that is not accepted is not: an entry of `schemaRulesNotSatisfied`. */
  explain(value: Value): Doc
}

/** A compiled schema: all its rules. */
export interface Schema extends Rule {
  accepts(value: Value): boolean
  /** The entries of the rules the value breaks. */
  failures(value: Value): Doc[]
  /** `title` and `description`, which explanations repeat. */
  readonly notes: Doc
}

export interface SchemaScope {
  readonly compile: (schema: Doc) => Schema
  /** The schema all the keywords stand in, for those that read one another. */
  readonly siblings: Doc
}

/** Compiles one keyword; undefined when it asks nothing. */
export type Keyword = (operand: Value, scope: SchemaScope, name: string) => Rule | undefined

/** The entry of a keyword with its fields in a server's order; those that are undefined are left out. */
export function entry(operatorName: string, fields: Record<string, Value | undefined>): Doc {
  const doc: Doc = new Map([['operatorName', operatorName]])
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) doc.set(name, value)
  return doc
}

/** A rule that says what it was given, why it failed and what it looked at. */
export function simpleRule(
  name: string,
  operand: Value,
  reason: string,
  accepts: (value: Value) => boolean,
  specified: Doc = new Map([[name, operand]]),
): Rule {
  return {
    accepts,
    explain: (consideredValue) => entry(name, { specifiedAs: specified, reason, consideredValue }),
  }
}
