// Puts the toolbar's handle at the edge of a page. It works under a strict Content-Security-Policy (style sheets are
// constructed, no HTML is parsed), lives in a shadow root outside <body>, and leaves the page's own elements alone.
{
  const script = document.currentScript
  const { toolbar, summary } = script.dataset
  script.remove()

  function whenParsed(run) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run, { once: true })
    else run()
  }

  // Not every page may store anything.
  function recall(store, name) {
    try {
      return window[store].getItem(`tao-toolbar:${name}`)
    } catch {
      return null
    }
  }

  function remember(store, name, value) {
    try {
      window[store].setItem(`tao-toolbar:${name}`, value)
    } catch {}
  }

  function element(name, attributes, ...children) {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    made.append(...children)
    return made
  }

  function start(path, { method, path: page, status, ms, queries, failures, held }) {
    document.querySelector('tao-toolbar')?.remove()
    const host = document.createElement('tao-toolbar')
    const root = host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(style)
    root.adoptedStyleSheets = [sheet]

    const health =
      failures > 0 || status >= 500
        ? 'bad'
        : status >= 400
          ? 'poor'
          : held || status >= 300
            ? 'moved'
            : 'good'
    const took = ms >= 100 ? `${Math.round(ms)} ms` : `${ms} ms`
    const commands = `${queries} database command${queries === 1 ? '' : 's'}`
    const more = element('span', { class: 'more', hidden: '' })
    const button = element(
      'button',
      {
        type: 'button',
        class: 'handle',
        'aria-expanded': 'false',
        'aria-label': `Debug toolbar: ${method} ${page}, ${status}, ${took}, ${commands}`,
        title: `${method} ${page}\n${status} · ${took} · ${commands}`,
      },
      element('span', { class: `dot ${health}`, 'aria-hidden': 'true' }),
      element('b', {}, String(status)),
      element('span', {}, took),
      ...(queries > 0 ? [element('span', { class: 'queries' }, `${queries} db`)] : []),
      more,
    )
    const grip = element('div', {
      class: 'grip',
      role: 'separator',
      tabindex: '0',
      'aria-orientation': 'vertical',
      'aria-label': 'Width of the toolbar',
    })
    const drawer = element('section', { class: 'drawer', 'aria-label': 'Debug toolbar', hidden: '' }, grip)
    root.append(button, drawer)
    document.documentElement.append(host)

    let frame
    let isBlocked = false

    // A page may forbid frames: then the toolbar has a tab of its own.
    document.addEventListener('securitypolicyviolation', (event) => {
      if (
        frame &&
        /^(?:frame|child|default)-src/.test(event.violatedDirective) &&
        event.blockedURI.startsWith(location.origin)
      ) {
        isBlocked = true
        shut()
      }
    })

    function open({ focus }) {
      if (isBlocked) {
        window.open(path, '_blank')
        return
      }
      if (!frame) {
        frame = element('iframe', {
          title: 'Debug toolbar',
          src: `${path}/${recall('sessionStorage', 'panel') ?? 'request'}`,
        })
        drawer.append(frame)
        if (focus) frame.addEventListener('load', () => frame.focus(), { once: true })
      }
      drawer.hidden = false
      button.setAttribute('aria-expanded', 'true')
      remember('sessionStorage', 'open', '1')
      if (focus) frame.focus()
    }

    function shut() {
      drawer.hidden = true
      button.setAttribute('aria-expanded', 'false')
      remember('sessionStorage', 'open', '')
      button.focus()
    }

    window.addEventListener('message', ({ source, origin, data }) => {
      if (!frame || source !== frame.contentWindow || origin !== location.origin) return
      if (data?.toolbar === 'close') shut()
      if (data?.toolbar === 'panel') remember('sessionStorage', 'panel', data.panel)
    })
    root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || drawer.hidden) return
      event.stopPropagation()
      shut()
    })

    moveAlongEdge(host, button, () => (drawer.hidden ? open({ focus: true }) : shut()))
    resize(host, grip)
    watchRequests((count, failed) => {
      more.hidden = false
      more.textContent = `+${count}`
      more.classList.toggle('bad', failed)
      more.title = `${count} more request${count === 1 ? '' : 's'} since this page came`
      frame?.contentWindow.postMessage({ toolbar: 'requests' }, location.origin)
    })
    if (recall('sessionStorage', 'open')) open({ focus: false })
  }

  /** The handle can be dragged, or moved by the arrow keys, out of the way of what it covers. */
  function moveAlongEdge(host, button, press) {
    let y = Number(recall('localStorage', 'y') ?? 0.8)
    const place = () => {
      y = Math.min(0.97, Math.max(0.01, y))
      host.style.setProperty('--y', `${y * 100}%`)
    }
    place()
    let from
    let moved = false
    button.addEventListener('pointerdown', (event) => {
      from = event.clientY - y * innerHeight
      moved = false
      button.setPointerCapture(event.pointerId)
    })
    button.addEventListener('pointermove', (event) => {
      if (from === undefined || (!moved && Math.abs(event.clientY - from - y * innerHeight) < 4)) return
      moved = true
      y = (event.clientY - from) / innerHeight
      place()
    })
    const drop = () => {
      from = undefined
      if (moved) remember('localStorage', 'y', String(y))
    }
    button.addEventListener('pointerup', drop)
    button.addEventListener('pointercancel', drop)
    button.addEventListener('click', () => {
      if (!moved) press()
      moved = false
    })
    button.addEventListener('keydown', (event) => {
      const step = { ArrowUp: -0.03, ArrowDown: 0.03 }[event.key]
      if (step === undefined) return
      event.preventDefault()
      y += step
      place()
      remember('localStorage', 'y', String(y))
    })
  }

  function resize(host, grip) {
    let width = Number(recall('localStorage', 'width') ?? 0.62)
    const place = () => {
      width = Math.min(0.96, Math.max(0.25, width))
      host.style.setProperty('--width', `${width * 100}%`)
      grip.setAttribute('aria-valuenow', String(Math.round(width * 100)))
    }
    place()
    grip.addEventListener('pointerdown', (event) => grip.setPointerCapture(event.pointerId))
    grip.addEventListener('pointermove', (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return
      width = 1 - event.clientX / innerWidth
      place()
    })
    grip.addEventListener('pointerup', () => remember('localStorage', 'width', String(width)))
    grip.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: 0.03, ArrowRight: -0.03 }[event.key]
      if (step === undefined) return
      event.preventDefault()
      width += step
      place()
      remember('localStorage', 'width', String(width))
    })
  }

  /** Requests of the page's scripts, as the browser's own timings tell of them: nothing of the page is wrapped. */
  function watchRequests(changed) {
    let count = 0
    let failed = false
    const observer = new PerformanceObserver((list) => {
      const before = count
      for (const { serverTiming = [], responseStatus = 0 } of list.getEntries()) {
        if (!serverTiming.some(({ name }) => name === 'tao-toolbar')) continue
        count++
        if (responseStatus >= 500) failed = true
      }
      if (count > before) changed(count, failed)
    })
    observer.observe({ type: 'resource', buffered: true })
  }

  // What a page says of every element (`* { ... }`) reaches the host: only !important of the inside outdoes it.
  const style = `
    :host { all: initial !important; color-scheme: light dark;
      --paper: #fff; --ink: #22201c; --quiet: #6d675d; --line: #d9d3c7; --focus: #1f5fbf; --good: #1d7a46; --poor: #9a5200; --bad: #b3261e; --moved: #1f5fbf; }
    @media (prefers-color-scheme: dark) { :host {
      --paper: #1f1e1b; --ink: #ece8df; --quiet: #a39c8f; --line: #46423b; --focus: #8ab8ff; --good: #72cf9a; --poor: #e5ae73; --bad: #ff8f85; --moved: #8ab8ff; } }
    @media print { :host { display: none !important; } }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    .handle { position: fixed; z-index: 2147483646; right: 0; top: var(--y); display: flex; align-items: center; gap: 7px; margin: 0; padding: 6px 10px 6px 11px;
      font: 500 12px/16px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; color: var(--ink); background: var(--paper);
      border: 1px solid var(--line); border-right: 0; border-radius: 8px 0 0 8px; box-shadow: 0 1px 2px rgb(0 0 0 / .08), 0 4px 16px rgb(0 0 0 / .12); cursor: pointer; touch-action: none; user-select: none; opacity: .92; transition: padding .12s, opacity .12s; }
    .handle:hover, .handle:focus-visible, .handle[aria-expanded="true"] { opacity: 1; padding-right: 16px; }
    .handle:focus-visible, .grip:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
    .handle[aria-expanded="true"] { display: none; }
    .handle b { font-weight: 650; }
    .handle span { color: var(--quiet); white-space: nowrap; }
    .dot { width: 8px; height: 8px; border-radius: 50%; background: var(--good); }
    .dot.poor { background: var(--poor); } .dot.bad { background: var(--bad); } .dot.moved { background: var(--moved); }
    .queries::before { content: "·"; margin-right: 7px; }
    .handle .more { padding: 0 6px; border-radius: 99px; color: var(--paper); background: var(--quiet); font-size: 11px; }
    .handle .more.bad { background: var(--bad); }
    .drawer { position: fixed; z-index: 2147483647; top: 0; right: 0; bottom: 0; width: min(max(var(--width), 24rem), 100vw); background: var(--paper); border-left: 1px solid var(--line);
      box-shadow: 0 0 48px rgb(0 0 0 / .22); animation: in .16s ease-out; }
    @keyframes in { from { transform: translateX(24px); opacity: 0; } }
    .grip { position: absolute; z-index: 1; top: 0; bottom: 0; left: -5px; width: 9px; cursor: ew-resize; touch-action: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; background: var(--paper); }
    @media (prefers-reduced-motion: reduce) { .handle { transition: none; } .drawer { animation: none; } }
  `

  // A page in a frame belongs to the page around it.
  if (window.top === window && toolbar) whenParsed(() => start(toolbar, JSON.parse(summary)))
}
