/** The nonce that a page's scripts carry: from its Content-Security-Policy, else from a script of its own. */
export function pageNonce(policy: string | null, html: string): string | undefined {
  return (
    /'nonce-([\w+/=-]+)'/.exec(policy ?? '')?.[1] ?? /<script\b[^>]*\snonce=["']?([\w+/=-]+)/i.exec(html)?.[1]
  )
}
