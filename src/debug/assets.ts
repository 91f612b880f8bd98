import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { taoFolder } from './tao-folder.ts'

/** The text of one of tao's own files in the top-level folder templates/: `debug/page.css`. */
export function readAsset(path: string): string {
  return readFileSync(join(taoFolder, 'templates', path), 'utf8')
}
