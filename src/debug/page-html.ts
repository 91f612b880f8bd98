import { readAsset } from './assets.ts'
import { editorLink } from './editor-link.ts'
import { editorHtml, frameHtml, framesHtml, sourceHtml } from './frames-html.ts'
import { Markup, markup } from './markup.ts'
import { mainFrame, type ErrorReport, type ReportFrame } from './report.ts'
import type { Section } from './sections.ts'
import { headline, isSamePlace, placeText, tellingCauses } from './to-text.ts'

export interface PageParts {
  report: ErrorReport
  sections: readonly Section[]
  markdown: string
  /** `500 · GET /blog/7`. */
  kicker: string
  /** A sentence under the message, for what happens next. */
  after?: string | undefined
  /** Further elements for the head, such as the live browser's script. */
  head?: string | undefined
  nonce?: string | undefined
  editor?: string | undefined
}

/** The whole page. Nothing in it asks the network for anything, and it works without its script. */
export function pageHtml(parts: PageParts): string {
  const { report, nonce } = parts
  const attribute = nonce === undefined ? '' : markup` nonce="${nonce}"`
  const main = mainFrame(report)
  const title = headline(report)
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${shorten(title)}</title>
<link rel="icon" href="data:,">
<style${attribute}>${new Markup(readAsset('debug/page.css'))}</style>
${new Markup(parts.head ?? '')}
</head>
<body>
<header>
<p class="kicker">${parts.kicker}</p>
<h1>${messageHtml(report)}</h1>
${report.hint !== undefined && markup`<p class="hint">${report.hint}</p>`}
${parts.after !== undefined && markup`<p class="after" role="status">${parts.after}</p>`}
${actionsHtml(main, parts.editor)}
</header>
<main>
${main !== undefined && mainHtml(main)}
${templatesHtml(report.templates, main, parts.editor)}
${stackHtml(report, main, parts.editor)}
${tellingCauses(report).map((cause) => causeHtml(cause, parts.editor))}
${parts.sections.map(sectionHtml)}
</main>
<footer><p><kbd>e</kbd> editor <kbd>c</kbd> copy <kbd>j</kbd> <kbd>k</kbd> next and previous place</p><p>Shown in development only.</p></footer>
<textarea id="markdown" hidden readonly aria-label="The error as Markdown">
${parts.markdown}</textarea>
<script${attribute}>${new Markup(readAsset('debug/page.js'))}</script>
</body>
</html>
`.text
}

function messageHtml(report: ErrorReport): Markup {
  if (report.name === 'TaoError' || report.message === '') return markup`${headline(report)}`
  return markup`<span class="type">${report.name}</span> ${report.message}`
}

function actionsHtml(main: ReportFrame | undefined, editor: string | undefined): Markup {
  const link = main === undefined || main.owner === 'node' ? undefined : editorLink(editor, main)
  return markup`<p class="actions">
    ${link !== undefined && markup`<a class="button" id="open" href="${link}">Open in the editor</a>`}<button
      class="button"
      id="copy"
      type="button"
    >
      Copy as Markdown
    </button>
  </p>`
}

function mainHtml(main: ReportFrame): Markup {
  const call = main.call === '' ? '' : markup` <span class="call">${main.call}</span>`
  return markup`<section class="main-frame" aria-label="Where it happened">
    <h2><span class="place">${placeText(main)}</span>${call}</h2>
    ${sourceHtml(main)}
  </section>`
}

function templatesHtml(
  chain: readonly ReportFrame[],
  main: ReportFrame | undefined,
  editor: string | undefined,
): Markup | false {
  if (chain.length === 0) return false
  return markup`<section>
    <h2>Templates</h2>
    ${chain.map((frame) => frameHtml(frame, chain.length > 1 && !isSamePlace(frame, main), editor))}
  </section>`
}

function stackHtml(
  report: ErrorReport,
  main: ReportFrame | undefined,
  editor: string | undefined,
): Markup | false {
  if (report.frames.length === 0) return false
  const second = report.frames.find((frame) => frame.owner === 'project' && !isSamePlace(frame, main))
  return markup`<section>
    <h2>Stack</h2>
    ${framesHtml(report.frames, second, editor)}
  </section>`
}

function causeHtml(cause: ErrorReport, editor: string | undefined): Markup {
  const main = mainFrame(cause)
  return markup`<section class="cause">
    <h2>Caused by</h2>
    <p class="cause-message">${messageHtml(cause)}</p>
    ${cause.place !== undefined && markup`${sourceHtml(cause.place)}${editorHtml(cause.place, editor)}`}${framesHtml(cause.frames, main, editor)}
  </section>`
}

function sectionHtml({ id, title, rows }: Section): Markup {
  const isOpen = id !== 'headers' && id !== 'cookies' && id !== 'versions'
  return markup`<details class="facts" ${isOpen && new Markup('open')}>
    <summary><h2>${title}</h2></summary>
    <dl>
      ${rows.map(
        ({ name, value, note, failed }) =>
          markup`<div class="${failed === true ? 'failed' : ''}">
            <dt>${name}</dt>
            <dd><code>${value}</code>${note !== undefined && markup` <span class="quiet">${note}</span>`}</dd>
          </div>`,
      )}
    </dl>
  </details>`
}

function shorten(text: string): string {
  const line = text.split('\n', 1)[0]!
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}
