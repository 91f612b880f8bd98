import { compile } from '@fastify/proxy-addr'
import { makeHostCheck, type Request } from '../http/index.ts'
import type { Settings } from '../project/index.ts'

/** Who may see the toolbar: this machine, and whom `settings.toolbar.clients` names. */
export function makeAccess(settings: Settings): (request: Request) => boolean {
  const isClient = compile(['loopback', ...settings.toolbar.clients])
  const hasProxies = settings.trustProxy.length > 0
  // A site that takes any host name would show it to a stranger's page whose name leads here (DNS rebinding).
  const names = settings.allowedHosts.filter((name) => name !== '*')
  const checks = [makeHostCheck([]), ...(names.length > 0 ? [makeHostCheck(names)] : [])]
  return (request) => {
    const { headers, socket } = request.raw
    const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
    // Through a proxy that nobody told us of, everybody seems to be this machine.
    if (isForwarded && !hasProxies) return false
    if (socket.remoteAddress === undefined || !isClient(request.ip, 0)) return false
    return isAddress(request.host) || checks.some((isAllowed) => isAllowed(request.host))
  }
}

/** Rebinding needs a name: an address is what it says. */
function isAddress(host: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(?::\d+)?$/i.test(host)
}
