import { Binary, isDoc, type Doc } from '../bson/value.ts'

/** The id of the session a command belongs to as text, if it is in one. */
export function sessionOf(body: Doc): string | undefined {
  const lsid = body.get('lsid')
  const id = isDoc(lsid) ? lsid.get('id') : undefined
  return id instanceof Binary ? id.toString('hex') : undefined
}
