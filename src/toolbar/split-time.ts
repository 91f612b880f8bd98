import type { RequestRecord, Span, SpanKind } from './record.ts'

/** What the time of a request was spent on; `tao` is what lies in no span: reading, routing, sending. */
export type Share = { readonly kind: SpanKind | 'tao'; readonly ms: number }

/** Of spans at the same moment the innermost counts. */
const INNERMOST: readonly SpanKind[] = ['template', 'database', 'view', 'middleware']

/** Divides a request's time among what it was spent on. The shares add up to the whole. */
export function splitTime({ spans, ms }: Pick<RequestRecord, 'spans' | 'ms'>): Share[] {
  const end = (span: { end: number }): number => Math.min(ms, Number.isNaN(span.end) ? ms : span.end)
  const moments = new Set([0, ms])
  for (const span of spans) moments.add(Math.min(ms, span.start)).add(end(span))
  const edges = [...moments].toSorted((a, b) => a - b)
  const shares = new Map<Share['kind'], number>()
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const to = edges[index + 1]!
    const kind =
      INNERMOST.find((one) =>
        spans.some((span) => span.kind === one && span.start <= from && end(span) >= to),
      ) ?? 'tao'
    shares.set(kind, (shares.get(kind) ?? 0) + to - from)
  }
  const order = ['middleware', 'view', 'database', 'template', 'tao'] as const
  return order.flatMap((kind) => (shares.has(kind) ? [{ kind, ms: shares.get(kind)! }] : []))
}

/** How long a span took, or, while it is open, takes. */
export function spanTime(
  { start, end }: Pick<Span, 'start' | 'end'>,
  { ms }: Pick<RequestRecord, 'ms'>,
): number {
  return Math.max(0, (Number.isNaN(end) ? ms : end) - start)
}

/** A middleware's or a view's time without that of the middleware and the view inside it. */
export function ownTime(record: Pick<RequestRecord, 'spans' | 'ms'>, depth: number): number {
  const onion = record.spans.filter(({ kind }) => kind === 'middleware' || kind === 'view')
  const lasted = (at: number): number => {
    const span = onion[at]
    return span ? spanTime(span, record) : 0
  }
  return Math.max(0, lasted(depth) - lasted(depth + 1))
}
