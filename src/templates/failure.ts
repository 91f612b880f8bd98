import { TaoError, type Place } from '../base/errors.ts'
import { didYouMean } from '../base/text.ts'
import { TemplateRender, TemplateSyntax } from './errors.ts'
import { LONGEST_CHAIN, type TemplateIdentity, type TemplatePlace, type Trace } from './trace.ts'

/** An error on its way out of a template: what was thrown, and the places it came through, innermost first. */
export class TemplateFailure extends Error {
  readonly thrown: unknown
  readonly chain: TemplatePlace[]
  /** Whether the places of nunjucks' own code around it are in the chain already. */
  traced = false

  constructor(thrown: unknown, chain: TemplatePlace[]) {
    super(messageOf(thrown))
    this.thrown = thrown
    this.chain = chain
  }

  /** The error has come through here as well; of an endless recursion only the beginning is kept. */
  add(place: TemplatePlace): void {
    if (this.chain.length < LONGEST_CHAIN) this.chain.push(place)
    this.traced = false
  }

  /** The error for something that nunjucks' own code met: with the places its execution had come by. */
  static from(error: unknown, trace: Trace): TemplateFailure {
    const failure = error instanceof TemplateFailure ? error : new TemplateFailure(error, [])
    if (!failure.traced) for (const place of trace.chain()) failure.add(place)
    failure.traced = true
    return failure
  }
}

/** A name that a template used and nobody has: `known` are the names it could have meant. */
export class UnknownName extends Error {
  readonly wanted: string
  readonly known: () => Iterable<string>

  constructor(message: string, wanted: string, known: () => Iterable<string>) {
    super(message)
    this.wanted = wanted
    this.known = known
  }
}

/** A mistake in a template's text. Lines and columns count from 1. */
export class SyntaxFailure extends Error {
  readonly template: TemplateIdentity
  readonly line: number | undefined
  readonly column: number | undefined
  readonly hint: string | undefined

  constructor(
    template: TemplateIdentity,
    message: string,
    at: { line?: number | undefined; column?: number | undefined; hint?: string | undefined },
  ) {
    super(message)
    this.template = template
    this.line = at.line
    this.column = at.column
    this.hint = at.hint
  }
}

/**
 * The error a user sees for whatever left the template `rendered`: with the place in the template that is at fault,
 * `details.chain` with every place between it and the page, and what was thrown as `cause`.
 */
export function explainFailure(error: unknown, rendered: TemplateIdentity): TaoError {
  const failure = error instanceof TemplateFailure ? error : new TemplateFailure(error, [])
  const { thrown, chain } = failure
  const place = toPlace(chain[0])
  const details = { template: rendered.name, chain }
  if (thrown instanceof SyntaxFailure) {
    const { template, line, column, hint } = thrown
    const at = { file: template.file, line, column }
    const places = [{ name: template.name, ...at }, ...chain]
    return TemplateSyntax(template.name, thrown.message, {
      place: at,
      hint,
      details: { ...details, chain: places },
    })
  }
  if (isOwn(thrown)) {
    const inner = (thrown.details?.['chain'] ?? []) as TemplatePlace[]
    const { code, status, exitCode, message, hint } = thrown
    const options = { hint, place: thrown.place ?? place, cause: thrown.cause }
    const definition = { code, status, exitCode }
    return new TaoError(definition, message, {
      ...options,
      details: { ...thrown.details, ...details, chain: [...inner, ...chain] },
    })
  }
  const name = chain[0]?.name ?? rendered.name
  return TemplateRender(name, messageOf(thrown), { place, hint: hintFor(thrown), cause: thrown, details })
}

/** Errors made here already: a missing template, or a page rendered from inside another. */
function isOwn(thrown: unknown): thrown is TaoError {
  return thrown instanceof TaoError && thrown.code.startsWith('TAO_TEMPLATE_')
}

function hintFor(thrown: unknown): string | undefined {
  if (thrown instanceof UnknownName) return didYouMean(thrown.wanted, thrown.known())
  if (thrown instanceof TaoError) return thrown.hint
  if (thrown instanceof RangeError && /call stack/.test(thrown.message)) {
    return 'Does a template extend, include or call itself without an end?'
  }
  return undefined
}

function toPlace(place: TemplatePlace | undefined): Place | undefined {
  return place && { file: place.file, line: place.line, column: place.column }
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
  try {
    return String(thrown)
  } catch {
    return 'something that has no text was thrown'
  }
}
