// The frameworks without reversing of their own get what a site of theirs would write.
const paths = {
  page: () => '/page',
  account: () => '/account',
  item: ({ id, slug }) => `/items/${encodeURIComponent(id)}/${encodeURIComponent(slug)}`,
}

/** The path of a named route. */
export function url(name, params) {
  return paths[name](params)
}
