const page = document.querySelector('.room')
const [messages, there, state, form] = ['messages', 'there', 'state', 'say'].map((id) =>
  document.getElementById(id),
)
let socket
let pause = 500

function connect() {
  socket = new WebSocket(new URL(page.dataset.live, location.href.replace(/^http/, 'ws')))
  socket.addEventListener('open', () => {
    pause = 500
    show('connected')
  })
  socket.addEventListener('message', ({ data }) => {
    const news = JSON.parse(data)
    if (news.there) showThere(news.there)
    else showMessage(news)
  })
  socket.addEventListener('close', () => {
    show('connecting')
    setTimeout(connect, pause)
    pause = Math.min(pause * 2, 10_000)
  })
}

function show(word) {
  state.textContent = word
  state.className = word
}

/** Somebody with two pages is there once. */
function showThere(names) {
  there.replaceChildren(...[...new Set(names)].map((name) => element('li', name)))
}

function showMessage({ name, text }) {
  const item = element('li')
  item.append(element('b', name), element('span', text))
  if (name === page.dataset.name) item.className = 'mine'
  messages.append(item)
  item.scrollIntoView({ block: 'end' })
}

function element(tag, text = '') {
  const made = document.createElement(tag)
  made.textContent = text
  return made
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const { text } = form.elements
  if (text.value.trim() === '' || socket.readyState !== WebSocket.OPEN) return
  socket.send(text.value)
  text.value = ''
})

connect()
