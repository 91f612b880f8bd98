export interface Bar {
  name: string
  ratio: number
}

export interface Group {
  title: string
  aim: number | undefined
  bars: readonly Bar[]
}

const WIDTH = 420
const LABEL = 96
const BAR = 16
const GAP = 34
const COLUMNS = 2

/** Draws ratios as bars, a small chart for each group, each with a scale of its own. */
export function drawChart(title: string, groups: readonly Group[]): string {
  const tallest = Math.max(...groups.map((group) => group.bars.length)) * BAR + GAP
  const height = 40 + Math.ceil(groups.length / COLUMNS) * tallest + 10
  const parts = groups.map((group, i) => {
    const x = 10 + (i % COLUMNS) * (WIDTH + 20)
    const y = 40 + Math.floor(i / COLUMNS) * tallest
    return `<g transform="translate(${x} ${y})">\n${drawGroup(group)}\n</g>`
  })
  const width = 20 + COLUMNS * (WIDTH + 20)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">
<style>
text { font: 11px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 12px }
.ratio { stroke: #fff; stroke-width: 3px; paint-order: stroke }
.bar { fill: #9aa7b4 } .tao { fill: #0b7a75 } .ours { fill: #6bb3af } .base { fill: #5b6b7a } .aim { stroke: #c2410c; stroke-dasharray: 3 2 }
</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="10" y="20" class="title">${escape(title)}</text>
${parts.join('\n')}
</svg>
`
}

function drawGroup({ title, aim, bars }: Group): string {
  const most = Math.max(...bars.map((bar) => bar.ratio), aim ?? 0)
  const scale = (WIDTH - LABEL - 50) / most
  const lines = bars.map(({ name, ratio }, i) => {
    const y = 8 + i * BAR
    const width = (ratio * scale).toFixed(1)
    return [
      `<text x="${LABEL - 6}" y="${y + 11}" text-anchor="end">${escape(name)}</text>`,
      `<rect x="${LABEL}" y="${y + 2}" width="${width}" height="${BAR - 4}" class="bar ${kindOf(name)}"/>`,
    ].join('\n')
  })
  const at = (LABEL + (aim ?? 0) * scale).toFixed(1)
  const mark =
    aim === undefined
      ? []
      : [`<line x1="${at}" x2="${at}" y1="8" y2="${8 + bars.length * BAR}" class="aim"/>`]
  // Over the mark, which would cross out some of them.
  const ratios = bars.map(({ ratio }, i) => {
    const x = (LABEL + ratio * scale + 4).toFixed(1)
    return `<text x="${x}" y="${8 + i * BAR + 11}" class="ratio">${ratio.toFixed(2)}</text>`
  })
  return [`<text y="2" class="title">${escape(title)}</text>`, ...lines, ...mark, ...ratios].join('\n')
}

function kindOf(name: string): string {
  if (name === 'tao') return 'tao'
  if (name === 'Fastify') return 'base'
  return name.startsWith('tao') ? 'ours' : 'other'
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
}
