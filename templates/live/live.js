// Reloads the page when its site's code, templates or static files change under `tao serve --reload`, and swaps a
// changed style sheet in place. Of all the tabs of one browser a single one holds a connection: a browser allows six
// to a site over HTTP/1.1, and tabs left open must not use them up.
{
  const mine = Number(document.currentScript.dataset.generation)
  const channel = new BroadcastChannel('tao-live')
  let seen
  let latest

  const receive = (event) => {
    if (event.type === 'state') {
      const missed = seen !== undefined && event.changes !== seen
      seen = event.changes
      if (event.generation !== mine || missed) location.reload()
      return
    }
    seen = event.changes
    if (event.what !== 'style' || !event.files.every(swapStyle)) location.reload()
  }

  // The new sheet is loaded beside the old one, which goes when it is there: no flash of a page without style.
  const swapStyle = (file) => {
    const name = file.split('/').pop()
    const sheets = [...document.querySelectorAll('link[rel~="stylesheet"][href]')]
    const links = sheets.filter((link) => new URL(link.href).pathname.endsWith(file))
    if (links.length === 0) return !usesImports(sheets, name)
    for (const link of links) {
      const url = new URL(link.href)
      url.searchParams.set('tao-live', Date.now().toString(36))
      const next = link.cloneNode()
      next.href = url.href
      next.addEventListener('load', () => link.remove())
      next.addEventListener('error', () => link.remove())
      link.after(next)
    }
    return true
  }

  // A sheet that another one imports cannot be swapped by itself.
  const usesImports = (sheets, name) =>
    sheets.some((link) => {
      try {
        return [...link.sheet.cssRules].some((rule) => rule.href?.includes(name))
      } catch {
        return false
      }
    })

  const listen = () => {
    const source = new EventSource('/__tao__/live')
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data)
      latest = event.type === 'state' ? event : { ...latest, changes: event.changes }
      channel.postMessage(event)
      receive(event)
    }
    return source
  }

  channel.onmessage = ({ data }) => {
    if (data !== 'ask') receive(data)
    else if (latest !== undefined) channel.postMessage(latest)
  }
  channel.postMessage('ask')

  if (navigator.locks) {
    // Held for as long as the tab lives; the next tab in the queue takes over and hears the state anew.
    navigator.locks.request('tao-live', () => new Promise(() => listen()))
  } else {
    // Not on https and not on a loopback name: no locks, so only tabs that are looked at listen.
    let source
    const follow = () => {
      if (document.hidden) source?.close()
      else source = listen()
    }
    document.addEventListener('visibilitychange', follow)
    follow()
  }
}
