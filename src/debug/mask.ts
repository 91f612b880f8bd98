const secretName =
  /pass(?:word|wd|phrase)?|secret|token|api.?key|private.?key|credential|authorization|cookie|signature|csrf|session.?id|^auth$|secretkeys/i
const urlCredentials = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/:@]+)?:([^\s/@]+)@/gi

export const masked = '••••••'

/** Whether the value under this name is one that nobody should read over a shoulder. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/** A value as it may be shown: passwords in URLs are hidden, and everything under a secret name. */
export function maskValue(name: string, value: string): string {
  if (isSecretName(name)) return value === '' ? '' : masked
  return maskUrls(value)
}

export function maskUrls(value: string): string {
  return value.replace(urlCredentials, (_all, scheme: string, user: string | undefined) => {
    return `${scheme}${user ?? ''}:${masked}@`
  })
}

/** A copy of plain data in which every value under a secret name is hidden. */
export function maskDeep(value: unknown, depth = 8): unknown {
  if (typeof value === 'string') return maskUrls(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return '…'
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, depth - 1))
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecretName(key) ? masked : maskDeep(item, depth - 1)]),
  )
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
