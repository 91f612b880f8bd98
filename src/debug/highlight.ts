import { extname } from 'node:path'
import { Markup, escapeHtml } from './markup.ts'

const keywords =
  'abstract|as|async|await|break|case|catch|class|const|continue|debugger|declare|default|delete|do|else|enum|export|extends|false|finally|for|from|function|get|if|implements|import|in|infer|instanceof|interface|is|keyof|let|new|null|of|override|private|protected|public|readonly|return|satisfies|set|static|super|switch|this|throw|true|try|type|typeof|undefined|var|void|while|with|yield'

const script = new RegExp(
  [
    '(?<comment>\\/\\/.*$|\\/\\*.*?(?:\\*\\/|$)|^\\s*\\*.*$)',
    '(?<string>\'(?:[^\'\\\\]|\\\\.)*\'?|"(?:[^"\\\\]|\\\\.)*"?|`(?:[^`\\\\]|\\\\.)*`?)',
    '(?<number>\\b\\d[\\d_.]*(?:e[+-]?\\d+)?n?\\b)',
    `(?<keyword>\\b(?:${keywords})\\b)`,
    '(?<call>[A-Za-z_$][\\w$]*(?=\\())',
  ].join('|'),
  'g',
)

const template =
  /(?<comment>\{#.*?(?:#\}|$)|<!--.*?(?:-->|$))|(?<keyword>\{%.*?(?:%\}|$))|(?<call>\{\{.*?(?:\}\}|$))|(?<string>"[^"<>]*"|'[^'<>]*')|(?<number><\/?[A-Za-z][\w-]*|\/?>)/g

const json = /(?<string>"(?:[^"\\]|\\.)*")|(?<number>-?\b\d[\d.e+-]*\b)|(?<keyword>\b(?:true|false|null)\b)/g

/** One line of a file with its words coloured, by what the file's name says it is. */
export function highlightLine(line: string, file: string): Markup {
  const pattern = patternFor(file)
  if (pattern === undefined) return new Markup(escapeHtml(line))
  let result = ''
  let last = 0
  for (const match of line.matchAll(pattern)) {
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0]
    result += escapeHtml(line.slice(last, match.index))
    result += `<span class="t-${kind}">${escapeHtml(match[0])}</span>`
    last = match.index + match[0].length
  }
  return new Markup(result + escapeHtml(line.slice(last)))
}

function patternFor(file: string): RegExp | undefined {
  const extension = extname(file).toLowerCase()
  if (/^\.[cm]?[jt]sx?$/.test(extension)) return script
  if (/^\.(?:html?|njk|tpl|xml|svg)$/.test(extension)) return template
  return extension === '.json' ? json : undefined
}
