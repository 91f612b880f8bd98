/** One instruction of a Dockerfile; `words` are those of its exec form where it has one, else split at spaces. */
export interface Instruction {
  name: string
  text: string
  words: readonly string[]
  flags: Readonly<Record<string, string>>
  /** Whether it is a list of words, which no shell reads. */
  isExec: boolean
}

const KNOWN = new Set(
  'FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG STOPSIGNAL HEALTHCHECK SHELL'.split(
    ' ',
  ),
)

/**
 * Reads a Dockerfile strictly: what is no instruction is an error, as it is for Docker.
 * Source: Docker's Dockerfile reference.
 */
export function readDockerfile(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+) +(\S.*)$/.exec(line) ?? []
    if (!KNOWN.has(name)) throw new Error(`no instruction: ${line}`)
    return { name, ...readWords(rest) }
  })
}

function readWords(rest: string): Omit<Instruction, 'name'> {
  const flags: Record<string, string> = {}
  let text = rest
  for (;;) {
    const flag = /^--([a-z-]+)=(\S+) +/.exec(text)
    if (flag === null) break
    flags[flag[1]!] = flag[2]!
    text = text.slice(flag[0].length)
  }
  const isExec = text.startsWith('[')
  const words = isExec ? (JSON.parse(text) as string[]) : text.split(/ +/)
  if (words.some((word) => typeof word !== 'string')) throw new Error(`no list of words: ${text}`)
  return { text, words, flags, isExec }
}

/** Whether `.dockerignore` keeps a path out; patterns with `**` in front, a star at their end, or none. */
export function isIgnored(ignore: string, path: string): boolean {
  const patterns = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return patterns.some((pattern) => {
    const anywhere = pattern.startsWith('**/')
    const source = (anywhere ? pattern.slice(3) : pattern)
      .replaceAll(/[.+^$()|[\]{}]/g, String.raw`\$&`)
      .replaceAll('*', '[^/]*')
    return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${source}(?:/|$)`).test(path)
  })
}
