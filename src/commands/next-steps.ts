import { typedPath } from '../base/files.ts'
import type { Terminal } from '../base/terminal.ts'
import type { CommandWorld } from './command.ts'
import type { PackageManager } from './installers.ts'
import { typedTao } from './typed-tao.ts'

export interface NextStep {
  type: string
  /** What comes of it. */
  remark?: string
}

/** What to type after a project was made, in this shell. */
export function nextSteps(
  root: string,
  manager: PackageManager,
  isInstalled: boolean,
  { cwd, env }: Pick<CommandWorld, 'cwd' | 'env'>,
): NextStep[] {
  const folder = typedPath(cwd, root)
  const tao = typedTao(env, manager)
  return [
    ...(folder === '.' ? [] : [{ type: `cd ${folder}` }]),
    ...(isInstalled ? [] : [{ type: `${manager} install` }]),
    { type: `${tao} new-app blog`, remark: 'your first app' },
    { type: `${tao} serve --reload`, remark: 'http://127.0.0.1:8000' },
  ]
}

export function printNextSteps(
  out: Terminal,
  name: string,
  steps: readonly NextStep[],
  isInstalled: boolean,
): void {
  const state = isInstalled ? 'ready' : 'made; its dependencies are still to be installed'
  out.line()
  out.line(`${out.style('green', 'Done.')} The project ${out.style('bold', name)} is ${state}. Next:`)
  out.line()
  const width = Math.max(...steps.map(({ type }) => type.length))
  for (const { type, remark } of steps) {
    const padding = ' '.repeat(width - type.length)
    out.line(
      `  ${out.style('cyan', type)}${remark === undefined ? '' : out.style('dim', `${padding}  # ${remark}`)}`,
    )
  }
}
