import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isWithin } from '../base/files.ts'
import { lineAndColumn, settingPlace } from '../project/index.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite } from './inspect-site.ts'
import type { SourceFile } from './source-files.ts'

/** Files that are not for everybody and could be had by anybody. */
export function checkExposedFiles({ project, settings, sources }: InspectedSite): Finding[] {
  const found: Finding[] = []
  const env = join(project.root, '.env')
  if (isTracked(project.root, '.env'))
    found.push(
      finding('tao.E912', '.env is under version control, and so are its secrets', {
        place: { file: env },
        hint: 'Take it out (git rm --cached .env), add it to .gitignore, and make new secrets.',
      }),
    )
  if (isReadByAll(env))
    found.push(
      finding('tao.W920', 'Every user of this machine can read .env, and the secrets in it', {
        place: { file: env },
        hint: 'chmod 600 .env',
      }),
    )
  const { database } = settings
  if (
    database.startsWith('embedded:') &&
    isWithin(project.staticFolder, resolve(project.root, database.slice('embedded:'.length)))
  )
    found.push(
      finding('tao.E922', `The database is ${database}, inside static/, where anyone can fetch it`, {
        place: settingPlace(project.settingsFile, ['database']),
        hint: 'Move it: DATABASE_URL=embedded:data',
      }),
    )
  return [...found, ...sources.flatMap(uploadsIntoStatic)]
}

/** On Windows a file has no such rights. */
function isReadByAll(file: string): boolean {
  return process.platform !== 'win32' && existsSync(file) && (statSync(file).mode & 0o004) !== 0
}

/** Whether git has a file; without git, or outside a repository, it has not. */
function isTracked(root: string, name: string): boolean {
  if (!existsSync(join(root, name))) return false
  return (
    spawnSync('git', ['ls-files', '--error-unmatch', '--', name], { cwd: root, stdio: 'ignore' }).status === 0
  )
}

/** `file.saveTo('static/uploads')`: what a visitor sends would be served as the site's own. */
function uploadsIntoStatic({ file, text, tokens }: SourceFile): Finding[] {
  return tokens.flatMap((token, index) => {
    if (token.text !== 'saveTo' || tokens[index - 1]?.text !== '.' || tokens[index + 1]?.text !== '(')
      return []
    const end = tokens.findIndex((one, at) => at > index && one.text === ')' && one.kind === 'mark')
    const inside = tokens
      .slice(index + 2, end)
      .find(({ kind, text }) => kind === 'string' && /(?:^|[\\/])static(?:[\\/]|$)/.test(text))
    if (inside === undefined) return []
    return finding('tao.W911', 'An upload is saved inside static/, where anyone can fetch it', {
      place: { file, ...lineAndColumn(text, inside.start) },
      hint: 'Save it elsewhere, and serve it by a view with file().',
    })
  })
}
