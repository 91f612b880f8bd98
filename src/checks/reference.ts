import type { Place } from '../base/errors.ts'

/** A name, written as plain text, of something that has to exist. */
export interface Reference {
  kind: 'templ' | 'parent' | 'url' | 'static' | 'filter'
  name: string
  place: Place
  /** The keys of the object after the name, when it is written out there. */
  params?: readonly string[] | undefined
}
