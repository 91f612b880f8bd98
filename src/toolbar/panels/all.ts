import type { ToolbarPanel } from '../panel.ts'
import { databasePanel } from './database.ts'
import { exceptionsPanel } from './exceptions.ts'
import { headersPanel } from './headers.ts'
import { logsPanel } from './logs.ts'
import { middlewarePanel } from './middleware.ts'
import { performancePanel } from './performance.ts'
import { requestPanel } from './request.ts'
import { routesPanel } from './routes.ts'
import { settingsPanel } from './settings.ts'
import { templatesPanel } from './templates.ts'
import { versionsPanel } from './versions.ts'

/** The toolbar's own panels, in the order they stand in. */
export const panels: readonly ToolbarPanel[] = [
  requestPanel,
  headersPanel,
  performancePanel,
  databasePanel,
  templatesPanel,
  routesPanel,
  middlewarePanel,
  logsPanel,
  exceptionsPanel,
  settingsPanel,
  versionsPanel,
]
