import { editorLink } from './editor-link.ts'
import { highlightLine } from './highlight.ts'
import { Markup, markup } from './markup.ts'
import type { ReportFrame } from './report.ts'
import { placeText } from './to-text.ts'

/** The lines around a frame, the line itself marked. */
export function sourceHtml(frame: ReportFrame): Markup {
  const { source, line, column, file } = frame
  if (source === undefined || line === undefined) {
    return markup`<p class="quiet no-source">No source to show for this place.</p>`
  }
  const rows = source.lines.map((text, index) => {
    const number = source.first + index
    const isAt = number === line
    return markup`<tr class="${isAt ? 'at' : ''}">
      <th scope="row">${number}</th>
      <td><code>${highlightLine(text, file)}</code>${isAt && caret(text, column)}</td>
    </tr>`
  })
  return markup`<div
    class="source"
    tabindex="0"
    role="region"
    aria-label="${frame.shown}, lines ${source.first} to ${source.first + rows.length - 1}"
  >
    <table>
      ${rows}
    </table>
  </div>`
}

function caret(text: string, column: number | undefined): Markup | false {
  if (column === undefined || column < 1 || column > text.length + 1) return false
  return markup`<span class="caret" aria-hidden="true"
    >${text.slice(0, column - 1).replace(/[^\t]/g, ' ')}^</span
  >`
}

/** The frames of a stack: the project's own as sections that open, runs of others folded into one. */
export function framesHtml(
  frames: readonly ReportFrame[],
  open: ReportFrame | undefined,
  editor: string | undefined,
): Markup {
  return markup`${groupByOwner(frames).map((group) =>
    group[0]!.owner === 'project'
      ? group.map((frame) => frameHtml(frame, frame === open, editor))
      : foldedHtml(group, editor),
  )}`
}

function groupByOwner(frames: readonly ReportFrame[]): ReportFrame[][] {
  const groups: ReportFrame[][] = []
  for (const frame of frames) {
    const last = groups.at(-1)
    if (last !== undefined && (last[0]!.owner === 'project') === (frame.owner === 'project')) last.push(frame)
    else groups.push([frame])
  }
  return groups
}

function foldedHtml(group: readonly ReportFrame[], editor: string | undefined): Markup {
  const owners = [...new Set(group.map(({ owner }) => names[owner]))].join(', ')
  return markup`<details class="folded">
    <summary>${group.length} ${group.length === 1 ? 'frame' : 'frames'} of ${owners}</summary>
    ${group.map((frame) => frameHtml(frame, false, editor))}
  </details>`
}

const names: Readonly<Record<ReportFrame['owner'], string>> = {
  project: 'the project',
  tao: 'tao',
  package: 'packages',
  node: 'Node',
}

export function frameHtml(frame: ReportFrame, open: boolean, editor: string | undefined): Markup {
  const title = markup`<span class="call">${frame.call === '' ? 'top of the module' : frame.call}</span>
    <span class="place">${placeText(frame)}</span>`
  if (frame.source === undefined) return markup`<div class="frame bare">${title}</div>`
  return markup`<details class="frame" ${open && new Markup('open')}>
    <summary>${title}</summary>
    ${sourceHtml(frame)}${editorHtml(frame, editor)}
  </details>`
}

/** The link that opens the place in an editor. */
export function editorHtml(frame: ReportFrame, editor: string | undefined): Markup | undefined {
  const link = frame.owner === 'node' ? undefined : editorLink(editor, frame)
  return link === undefined
    ? undefined
    : markup`<p class="editor"><a href="${link}">Open ${placeText(frame)} in the editor</a></p>`
}
