import { BadRequest } from '../http/index.ts'

/**
 * Refuses paths that another server may read as leading out of the app: with `..` in any spelling, the remote would answer
 * for what was never given to it.
 *
 * @throws 400
 */
export function checkPath(path: string): void {
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    throw new BadRequest('The address is malformed.')
  }
  // Twice encoded, for servers that decode once more than they should.
  const twice = decoded.replace(/%2e/gi, '.').replace(/%(?:2f|5c)/gi, '/')
  if (twice.split(/[/\\]/).some((segment) => segment === '..' || segment === '.') || twice.includes('\0'))
    throw new BadRequest('The address is malformed.')
}
