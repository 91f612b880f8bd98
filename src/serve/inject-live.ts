import { liveScriptPath } from './live-paths.ts'

/** The element that makes a page reload itself when newer code than `generation` runs. */
export function liveScriptElement(generation: number, nonce?: string): string {
  const attribute = nonce === undefined ? '' : ` nonce="${nonce}"`
  return `<script src="${liveScriptPath}" data-generation="${generation}" async${attribute}></script>`
}

/**
 * Puts the live browser's script into a page: at the end of its head, else before its body, else at its end. Only
 * whole documents get it; a fragment, which some script puts into a page that has it already, stays as it is.
 */
export function injectLive(html: string, generation: number, nonce?: string): string {
  if (!/^(?:\uFEFF|\s|<!--[\s\S]*?-->)*<(?:!doctype|html|head|body)\b/i.test(html)) return html
  const element = liveScriptElement(generation, nonce)
  const end = /<\/head\s*>|<body[\s>]|<\/body\s*>|<\/html\s*>/i.exec(html)
  return end === null ? html + element : html.slice(0, end.index) + element + html.slice(end.index)
}
