/** Whether an `Accept-Encoding` header allows a coding: it names it, and not with a weight of nothing. */
export function accepts(header: string | string[] | undefined, coding: string): boolean {
  if (typeof header !== 'string') return false
  for (const item of header.split(',')) {
    const [name, ...parameters] = item.split(';')
    if (name!.trim().toLowerCase() !== coding) continue
    return !parameters.some((parameter) => /^\s*q\s*=\s*0(?:\.0*)?\s*$/i.test(parameter))
  }
  return false
}
