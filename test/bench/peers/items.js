/** What the page lists: every title and note has something to escape. */
export const items = makeItems(20)

const catalogue = makeItems(2000)

/** The first things of many whose texts hold some words: work of a view's own. */
export function search(words) {
  const wanted = words.toLowerCase()
  return catalogue
    .filter(({ title, note }) => `${title} ${note}`.toLowerCase().includes(wanted))
    .slice(0, 5)
    .map(({ id, title }) => ({ id, title }))
}

function makeItems(length) {
  return Array.from({ length }, (_, i) => ({
    id: i + 1,
    slug: `thing-${i + 1}`,
    title: `Thing <${i + 1}> & "company"`,
    note: `it's ${i * 3} < ${i * 5}, and so on for a line of text`,
  }))
}

export const sessionOptions = {
  cookieName: 'session',
  password: 'measuring needs a key of 32 characters and more',
  cookieOptions: { secure: false },
}
