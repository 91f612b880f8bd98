import { relative } from 'node:path'
import { importFile, moduleIn, type App, type Project } from '../project/index.ts'
import { badPanelsFile, panelTwice } from './errors.ts'
import type { ToolbarPanel } from './panel.ts'

/**
 * The panels that apps bring: the lists their `panels.ts` export by default.
 *
 * @param taken the panels there are already
 * @throws TAO_PANELS_FILE, TAO_PANEL_TWICE, and what importing the files may say
 */
export async function loadPanels(
  project: Project,
  apps: readonly App[],
  taken: readonly ToolbarPanel[],
): Promise<ToolbarPanel[]> {
  const ids = new Set(taken.map(({ id }) => id))
  const panels: ToolbarPanel[] = []
  for (const app of apps) {
    const file = moduleIn(app.folder, 'panels')
    if (file === undefined) continue
    const shown = relative(project.root, file)
    const list: unknown = (await importFile(file, project.root))['default']
    if (!Array.isArray(list) || !list.every(isPanel)) {
      throw badPanelsFile(shown, describe(list), {
        place: { file },
        hint: "Write: export default [{ id: 'basket', title: 'Basket', template: 'shop:toolbar/basket' }]",
      })
    }
    for (const panel of list) {
      if (ids.has(panel.id)) throw panelTwice(panel.id, shown, { place: { file } })
      ids.add(panel.id)
      panels.push(panel)
    }
  }
  return panels
}

function isPanel(value: unknown): value is ToolbarPanel {
  if (typeof value !== 'object' || value === null) return false
  const { id, title, template, ...rest } = value as Record<string, unknown>
  const functions = ['collect', 'badge', 'show'].map((name) => rest[name])
  return (
    typeof id === 'string' &&
    /^[a-z][a-z0-9-]*$/.test(id) &&
    typeof title === 'string' &&
    typeof template === 'string' &&
    functions.every((one) => one === undefined || typeof one === 'function')
  )
}

function describe(list: unknown): string {
  if (list === undefined) return 'nothing'
  if (!Array.isArray(list)) return list === null ? 'null' : `a ${typeof list}`
  return `a list whose item ${list.findIndex((one) => !isPanel(one))} is no panel`
}
