import type { Field } from '../record.ts'

/** A titled table of names and values, as the template `panels/groups.html` shows it. */
export interface Group {
  readonly title: string
  readonly fields: readonly Field[]
  /** Said in place of an empty table. */
  readonly empty?: string
  /** Further to the title. */
  readonly note?: string | undefined
}

export const GROUPS_TEMPLATE = 'tao-toolbar:panels/groups.html'

/** Without the fields that have no value. */
export function fieldsOf(values: Readonly<Record<string, string | number | undefined>>): Field[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value) }],
  )
}
