import { maskUrls } from '../../debug/index.ts'
import type { ToolbarPanel } from '../panel.ts'
import { showFields, showValue } from '../show-value.ts'
import { fieldsOf, GROUPS_TEMPLATE, type Group } from './groups.ts'

/** What the site runs with, its secrets masked. */
export const settingsPanel: ToolbarPanel = {
  id: 'settings',
  title: 'Settings',
  template: GROUPS_TEMPLATE,
  show(_record, { app, apps }) {
    const { settings } = app
    const isSection = (value: unknown): value is object =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
    const plain = Object.entries(settings).filter(([, value]) => !isSection(value))
    const groups: Group[] = [
      {
        title: 'Settings',
        note: 'request.app.settings',
        fields: plain.map(([name, value]) => ({
          name,
          // The keys have a length and a number, and that is all there is to be seen.
          value: name === 'secretKeys' ? `${settings.secretKeys.length} of them` : showValue(name, value),
        })),
      },
      ...Object.entries(settings)
        .filter((entry): entry is [string, object] => isSection(entry[1]) && entry[0] !== 'apps')
        .map(([name, value]) => ({ title: name, fields: showFields(value), empty: 'Nothing is set.' })),
      {
        title: 'apps',
        fields: apps.map(({ name, kind, prefix, folder }) => ({
          name,
          value: `${kind} app, ${maskUrls(folder)}${prefix && `, at ${prefix}`}`,
        })),
        empty: 'There are none.',
      },
      {
        title: 'project',
        fields: fieldsOf({
          root: app.project.root,
          name: app.project.name,
          settings: app.project.settingsFile,
        }),
      },
    ]
    return { groups }
  },
}
