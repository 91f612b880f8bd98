const SPACE = String.raw`(?:\uFEFF|\s|<!--[\s\S]*?-->)*`
const ATTRIBUTES = String.raw`(?:\s(?:"[^"]*"|'[^']*'|[^>"'])*)?`

const HEAD = new RegExp(
  `^${SPACE}(?:<\\?xml[^>]*>${SPACE})?(?:<!doctype[^>]*>${SPACE})?(?:<html${ATTRIBUTES}>${SPACE})?(?:<head${ATTRIBUTES}>)?`,
  'i',
)
const WHOLE = /<(?:!doctype|html|head|body)\b/i

/** Whether a text is a whole document and no fragment that a script puts into a page. */
export function isWholePage(html: string): boolean {
  return new RegExp(`^${SPACE}${WHOLE.source}`, 'i').test(html)
}

/**
 * Puts an element where a page's head begins. That is found at the start of the text, so that neither a missing
 * `</body>` nor one within a script or a comment leads it astray; without `<head>` the parser makes one for it.
 */
export function insertIntoPage(html: string, element: string): string {
  const at = HEAD.exec(html)![0].length
  return html.slice(0, at) + element + html.slice(at)
}
