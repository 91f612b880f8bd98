import type { ToolbarPanel } from '../panel.ts'
import type { TemplatePart, TemplateRun } from '../record.ts'

/** What was rendered, through which templates, with which values. */
export const templatesPanel: ToolbarPanel = {
  id: 'templates',
  title: 'Templates',
  template: 'tao-toolbar:panels/templates.html',
  badge: ({ templates }) => templates.length || undefined,
  show({ templates }, { place }) {
    return {
      templates: templates.map((run) => ({
        ...run,
        ms: run.span.end - run.span.start,
        place: place({ file: run.file }),
        tree: toTree(run).map(({ part, depth }) => ({ ...part, depth, place: place({ file: part.file }) })),
      })),
    }
  },
}

/** The parts below those that asked for them. */
function toTree({ name, parts }: TemplateRun): { part: TemplatePart; depth: number }[] {
  const shown = new Set<TemplatePart>()
  const below = (from: string, depth: number): { part: TemplatePart; depth: number }[] =>
    parts.flatMap((part) => {
      if (part.from !== from || shown.has(part)) return []
      shown.add(part)
      return [{ part, depth }, ...below(part.name, depth + 1)]
    })
  return below(name, 1)
}
