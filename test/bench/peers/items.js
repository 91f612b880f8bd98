/** What the page lists: every title and note has something to escape. */
export const items = Array.from({ length: 20 }, (_, i) => ({
  id: i + 1,
  slug: `thing-${i + 1}`,
  title: `Thing <${i + 1}> & "company"`,
  note: `it's ${i * 3} < ${i * 5}, and so on for a line of text`,
}))

export const sessionOptions = {
  cookieName: 'session',
  password: 'measuring needs a key of 32 characters and more',
  cookieOptions: { secure: false },
}
