import { editorLink, taoFolder } from '../debug/index.ts'
import { isAbsolute, relative } from 'node:path'
import type { PanelSite } from './panel.ts'

/** Names files as a person does, from the project's folder or from tao's own, and links to the editor. */
export function makePlace(root: string, editor: string | undefined): PanelSite['place'] {
  return (at) => {
    const { file, line } = at
    const path = within(root, file) ?? (within(taoFolder, file) ? `tao1/${within(taoFolder, file)}` : file)
    return { shown: line === undefined ? path : `${path}:${line}`, link: editorLink(editor, at) }
  }
}

function within(folder: string, file: string): string | undefined {
  const path = relative(folder, file)
  return path === '' || path.startsWith('..') || isAbsolute(path) ? undefined : path.replaceAll('\\', '/')
}
