import { chmodSync, lstatSync, mkdirSync } from 'node:fs'

/** Whether a folder is this user's, and nobody else may enter it. */
export function isPrivateFolder(folder: string): boolean {
  try {
    const found = lstatSync(folder)
    // Windows has a temporary folder for each user, and no such modes.
    if (process.platform === 'win32') return found.isDirectory()
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0
  } catch {
    return false
  }
}

/**
 * Makes a folder that nobody but this user may enter, or makes one that is this user's so.
 * @returns false when it is somebody else's, or no folder
 * @throws what the file system says when it cannot be made
 */
export function makePrivateFolder(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (isPrivateFolder(folder)) return true
  const found = lstatSync(folder)
  if (found.uid === process.getuid?.() && found.isDirectory()) chmodSync(folder, 0o700)
  return isPrivateFolder(folder)
}
