import type { ToolbarPanel } from '../panel.ts'
import type { RequestRecord, Span } from '../record.ts'
import { splitTime, type Share } from '../split-time.ts'

/** More rows than this are no picture any more. */
const MOST_ROWS = 250

/** Where the time went. */
export const performancePanel: ToolbarPanel = {
  id: 'performance',
  title: 'Performance',
  template: 'tao-toolbar:panels/performance.html',
  badge: ({ ms, status }) => (status === 0 ? undefined : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`),
  show(record) {
    const total = Math.max(record.ms, ...record.spans.map((span) => endOf(span, record)), 0.001)
    return {
      total,
      shares: withOffsets(splitTime(record), record.ms || total),
      rows: record.spans
        .toSorted((a, b) => a.start - b.start || a.depth - b.depth)
        .slice(0, MOST_ROWS)
        .map((span) => toRow(span, record, total)),
      left: Math.max(0, record.spans.length - MOST_ROWS) + record.dropped,
      ticks: [0, 0.5, 1].map((part) => ({ x: part * 100, ms: total * part })),
    }
  },
}

function withOffsets(
  shares: readonly Share[],
  total: number,
): (Share & { label: string; x: number; width: number })[] {
  let x = 0
  return shares.map((share) => {
    const width = (share.ms / total) * 100
    const placed = { ...share, label: labels[share.kind], x, width }
    x += width
    return placed
  })
}

const labels: Readonly<Record<Share['kind'], string>> = {
  middleware: 'middleware',
  view: 'view',
  database: 'database',
  template: 'templates',
  tao: 'tao and Node',
}

function toRow(span: Span, record: RequestRecord, total: number): Record<string, unknown> {
  const ms = endOf(span, record) - span.start
  return {
    kind: span.kind,
    name: span.name,
    failed: span.failed,
    depth: Math.min(span.depth, 12),
    ms,
    start: span.start,
    x: (span.start / total) * 100,
    // A bar too thin to be seen is no bar.
    width: Math.max(0.3, (ms / total) * 100),
  }
}

function endOf(span: Span, { ms }: RequestRecord): number {
  return Number.isNaN(span.end) ? Math.max(ms, span.start) : span.end
}
