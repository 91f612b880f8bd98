import type { ToolbarPanel } from '../panel.ts'
import { GROUPS_TEMPLATE, type Group } from './groups.ts'

/** The headers that came and those that went out. */
export const headersPanel: ToolbarPanel = {
  id: 'headers',
  title: 'Headers',
  template: GROUPS_TEMPLATE,
  show({ incoming, outgoing, done }) {
    const groups: Group[] = [
      { title: 'In', note: 'as the client wrote them', fields: incoming.headers },
      {
        title: 'Out',
        note: done ? 'as they were sent' : 'so far',
        fields: outgoing,
        empty: 'There is no answer yet.',
      },
    ]
    return { groups }
  },
}
