import { spawnSync } from 'node:child_process'
import type { Place } from '../base/errors.ts'
import type { GraphFile } from './import-graph.ts'
import { compile, originalPlace } from './transform.ts'

const CHECK = `
  import { readFileSync } from 'node:fs'
  import { SourceTextModule } from 'node:vm'
  for (const [index, code] of JSON.parse(readFileSync(0, 'utf8')).entries())
    new SourceTextModule(code, { identifier: 'module ' + index })`

/**
 * The first file that this Node cannot parse although the compiler could: decorators, newer syntax, a broken regular
 * expression. With source maps on, the engine's own error names neither file nor line, and only another process can
 * compile a module without running it.
 */
export function findEngineMistake(
  files: readonly GraphFile[],
): { place: Place; message: string } | undefined {
  const { stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', '--experimental-vm-modules', '--input-type=module', '-e', CHECK],
    {
      input: JSON.stringify(files.map(({ file, text }) => compile(file, text))),
      encoding: 'utf8',
      timeout: 10_000,
    },
  )
  // Only what Node prints of an error that nobody caught has the line: "module 3:12", the line, and so on.
  const [, index, line] = /^module (\d+):(\d+)$/m.exec(stderr) ?? []
  const found = files[Number(index)]
  if (found === undefined) return undefined
  const message = /^SyntaxError: (.*)$/m.exec(stderr)?.[1] ?? 'this version of Node cannot parse it'
  return { message, place: originalPlace(found.file, Number(line)) }
}
