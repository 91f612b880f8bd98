import { causes, framesHtml, headline, mainFrame, placeText, sourceHtml } from '../../debug/index.ts'
import type { ToolbarPanel } from '../panel.ts'

/** What was thrown, also when somebody caught it. */
export const exceptionsPanel: ToolbarPanel = {
  id: 'exceptions',
  title: 'Exceptions',
  template: 'tao-toolbar:panels/exceptions.html',
  badge: ({ failures }) => failures.length || undefined,
  show: ({ failures, status }, { place }) => ({
    failures: failures.map(({ report, from }) => {
      const main = mainFrame(report)
      return {
        from,
        headline: headline(report),
        hint: report.hint,
        code: report.code,
        status: report.status,
        main: main && {
          shown: placeText(main),
          link: main.owner === 'node' ? undefined : place(main).link,
          source: main.source && sourceHtml(main).text,
        },
        templates: framesHtml(report.templates, undefined, 'none').text,
        frames: framesHtml(report.frames, undefined, 'none').text,
        causes: causes(report).map((cause) => headline(cause)),
      }
    }),
    status,
  }),
}
