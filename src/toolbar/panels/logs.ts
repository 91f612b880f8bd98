import type { ToolbarPanel } from '../panel.ts'

/** What was logged while the request ran. */
export const logsPanel: ToolbarPanel = {
  id: 'logs',
  title: 'Logs',
  template: 'tao-toolbar:panels/logs.html',
  badge: ({ logs }) => logs.length || undefined,
  show: ({ logs }, { app }) => ({
    logs: logs.map((line) => ({ ...line, name: levelName(line.level) })),
    level: app.log.level,
  }),
}

/** pino's numbers; a level of somebody's own counts as the one below it. */
function levelName(level: number): string {
  const levels = [
    [60, 'fatal'],
    [50, 'error'],
    [40, 'warn'],
    [30, 'info'],
    [20, 'debug'],
  ] as const
  return levels.find(([least]) => level >= least)?.[1] ?? 'trace'
}
