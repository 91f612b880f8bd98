/** How many different Host values are remembered as judged. */
const REMEMBERED = 200

const HOST = /^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/**
 * Makes the judge of `Host` headers: the names in `allowed`, `.example.com` for a domain and all below it, `*` for any.
 * Without a list the loopback names alone pass. What is malformed never passes (RFC 9112 section 3.2).
 */
export function makeHostCheck(allowed: readonly string[]): (host: string) => boolean {
  const names = new Set(allowed.map((name) => name.toLowerCase()))
  const suffixes = [...names].filter((name) => name.startsWith('.'))
  const judged = new Map<string, boolean>()

  const isAllowed = (host: string): boolean => {
    // The second refuses what has the right letters and is no host all the same: a port of 99999, a broken xn-- label.
    if (!HOST.test(host) || !URL.canParse(`http://${host}`)) return false
    const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
    if (names.size === 0) return isLoopback(name)
    if (names.has('*') || names.has(name) || names.has(host.toLowerCase())) return true
    return suffixes.some((suffix) => name === suffix.slice(1) || name.endsWith(suffix))
  }

  return (host) => {
    let verdict = judged.get(host)
    if (verdict === undefined) {
      verdict = isAllowed(host)
      // A stranger may send ever new names: what is remembered of them is bounded.
      if (judged.size >= REMEMBERED) judged.clear()
      judged.set(host, verdict)
    }
    return verdict
  }
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '127.0.0.1' || name === '[::1]'
}
