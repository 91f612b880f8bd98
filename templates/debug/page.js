{
  const copyButton = document.getElementById('copy')
  const markdown = document.getElementById('markdown')

  // navigator.clipboard exists on https and loopback names only; a site looked at over the local network has neither.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(markdown.value)
    } catch {
      markdown.hidden = false
      markdown.select()
      document.execCommand('copy')
      markdown.hidden = true
    }
    copyButton.textContent = 'Copied'
    copyButton.focus()
    setTimeout(() => (copyButton.textContent = 'Copy as Markdown'), 2000)
  }

  const move = (step) => {
    const stops = [...document.querySelectorAll('.main-frame .source, .frame > summary')].filter((stop) => stop.getClientRects().length > 0)
    const at = stops.indexOf(document.activeElement)
    const next = stops[at === -1 ? (step > 0 ? 0 : stops.length - 1) : at + step]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }

  const keys = {
    c: copy,
    e: () => document.getElementById('open')?.click(),
    j: () => move(1),
    k: () => move(-1),
  }

  copyButton.addEventListener('click', copy)
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return
    keys[event.key]?.()
  })
}
