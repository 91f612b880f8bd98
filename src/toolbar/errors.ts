import { createError, type ErrorFactory } from '../base/errors.ts'

export const badPanelsFile: ErrorFactory<[file: string, what: string]> = createError(
  'TAO_PANELS_FILE',
  (file: string, what: string) =>
    `${file} exports ${what} by default, where a list of panels for the toolbar belongs.`,
)

export const panelTwice: ErrorFactory<[id: string, file: string]> = createError(
  'TAO_PANEL_TWICE',
  (id: string, file: string) => `${file} has a panel "${id}", and there is one already.`,
)
