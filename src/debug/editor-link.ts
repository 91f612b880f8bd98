/** How editors are told to open a file, by the name people give in `TAO_EDITOR`. `{/file}` begins with a slash on every system. */
const editors: Readonly<Record<string, string>> = {
  vscode: 'vscode://file{/file}:{line}:{column}',
  'vscode-insiders': 'vscode-insiders://file{/file}:{line}:{column}',
  vscodium: 'vscodium://file{/file}:{line}:{column}',
  cursor: 'cursor://file{/file}:{line}:{column}',
  windsurf: 'windsurf://file{/file}:{line}:{column}',
  zed: 'zed://file{/file}:{line}:{column}',
  webstorm: 'webstorm://open?file={file}&line={line}&column={column}',
  idea: 'idea://open?file={file}&line={line}&column={column}',
  sublime: 'subl://open?url=file://{/file}&line={line}&column={column}',
  textmate: 'txmt://open?url=file://{/file}&line={line}&column={column}',
  emacs: 'emacs://open?url=file://{/file}&line={line}&column={column}',
  neovim: 'nvim://open?file={file}&line={line}&column={column}',
}

/**
 * A link that opens a file in the developer's editor.
 * @param editor `vscode` (the default), `webstorm`, ... or a pattern of one's own with `{file}`, `{line}` and `{column}`; `none` for no link
 * @returns `undefined` when there is to be none, or the editor is not known
 */
export function editorLink(
  editor: string | undefined,
  place: { file: string; line?: number | undefined; column?: number | undefined },
): string | undefined {
  const pattern = editors[(editor || 'vscode').toLowerCase()] ?? editor
  if (pattern === undefined || !/\{\/?file\}/.test(pattern)) return undefined
  if (/^\s*(?:javascript|data|vbscript):/i.test(pattern)) return undefined
  const path = encodeURI(place.file.replaceAll('\\', '/')).replace(/[?#&]/g, encodeURIComponent)
  return pattern
    .replaceAll('{/file}', path.startsWith('/') ? path : `/${path}`)
    .replaceAll('{file}', path)
    .replaceAll('{line}', String(place.line ?? 1))
    .replaceAll('{column}', String(place.column ?? 1))
}
