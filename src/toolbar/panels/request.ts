import { STATUS_CODES } from 'node:http'
import type { ToolbarPanel } from '../panel.ts'
import { fieldsOf, GROUPS_TEMPLATE, type Group } from './groups.ts'

/** What was asked, and with what. */
export const requestPanel: ToolbarPanel = {
  id: 'request',
  title: 'Request',
  template: GROUPS_TEMPLATE,
  show({ incoming, body, session, user, route, ...record }) {
    const groups: Group[] = [
      {
        title: 'Request',
        fields: fieldsOf({
          method: record.method,
          URL: record.url,
          answer: record.status === 0 ? 'under way' : `${record.status} ${STATUS_CODES[record.status] ?? ''}`,
          'redirects to': record.location,
          route: route && (route.name ?? route.path),
          app: route?.app,
          client: incoming.ip,
          'asked for as': asked[record.kind],
          'request id': record.requestId,
        }),
      },
      { title: 'Path parameters', fields: incoming.params, empty: 'The path of this route has none.' },
      { title: 'Query', fields: incoming.query, empty: 'There is none.' },
      {
        title: 'Body',
        note: body && `read by request.${body.reader}()`,
        fields: body?.fields ?? [],
        empty: body ? 'It was empty.' : 'Nobody read it.',
      },
      { title: 'Cookies', fields: incoming.cookies, empty: 'The browser sent none.' },
      {
        title: 'Session',
        note: session && 'as the request left it',
        fields: session ?? [],
        empty: session ? 'It is empty.' : 'Nobody asked for it.',
      },
      { title: 'User', fields: user ?? [], empty: 'Nobody was logged in.' },
    ]
    return { groups }
  },
}

const asked = {
  page: 'a page',
  fetch: 'a script’s fetch or XMLHttpRequest',
  frame: 'a frame',
  other: 'something else: an image, a program',
} as const
