import type { Doc } from '../bson/value.ts'

/** A saved pipeline over another collection or view of its database. */
export interface View {
  readonly ident: number
  readonly db: string
  readonly name: string
  readonly viewOn: string
  readonly pipeline: readonly Doc[]
  readonly options: Doc
}
