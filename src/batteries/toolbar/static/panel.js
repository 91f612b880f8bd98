// Comforts of the toolbar's pages: all of them can be read without it.
{
  const isFramed = window.parent !== window
  const tell = (message) => window.parent.postMessage(message, location.origin)
  const panel = document.querySelector('nav [aria-current]')

  if (isFramed) {
    const close = document.getElementById('close')
    close.hidden = false
    close.addEventListener('click', () => tell({ toolbar: 'close' }))
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') tell({ toolbar: 'close' })
    })
    if (panel) tell({ toolbar: 'panel', panel: panel.pathname.split('/').at(-1) })
  }

  // Up and down go from panel to panel; Enter, that is a click without a pointer, opens one and stays there.
  const links = [...document.querySelectorAll('nav a')]
  for (const [index, link] of links.entries()) {
    link.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (step === undefined) return
      event.preventDefault()
      links.at((index + step) % links.length).focus()
    })
    link.addEventListener('click', (event) => {
      if (event.detail === 0) sessionStorage.setItem('tao-toolbar:keyboard', '1')
    })
  }
  if (sessionStorage.getItem('tao-toolbar:keyboard')) {
    sessionStorage.removeItem('tao-toolbar:keyboard')
    panel?.focus()
  }
  panel?.scrollIntoView({ block: 'nearest', inline: 'nearest' })

  // The page this is framed in has made further requests.
  let waiting
  window.addEventListener('message', ({ source, origin, data }) => {
    if (source !== window.parent || origin !== location.origin || data?.toolbar !== 'requests') return
    const remembered = document.getElementById('remembered')
    if (!remembered.classList.contains('new')) remembered.append('+')
    remembered.classList.add('new')
    remembered.title = 'There are new ones'
    if (!document.querySelector('.history')) return
    clearTimeout(waiting)
    waiting = setTimeout(() => location.reload(), 300)
  })

  document.documentElement.dataset.ready = ''
}
