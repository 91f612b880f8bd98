import { taoVersion } from '../base/version.ts'
import { buildOfOther } from './errors.ts'
import { describeBuilt, describeProject } from './find-project.ts'
import type { Mode, Project } from './project.ts'
import { registerTypeScript } from './register-typescript.ts'
import { readBuild } from './site-build.ts'

export interface ChooseOptions {
  mode: Mode
  env: Readonly<Record<string, string | undefined>>
  /** Default: in production, unless `TAO_BUILD` says `0`, `off`, `no` or `false`. */
  useBuild?: boolean | undefined
  /** Hears why a build that is there is left alone. */
  warn?: ((sentence: string) => void) | undefined
}

/**
 * The project at a root, as it is to run: the one place that decides between its sources and its build.
 * @throws TAO_PROJECT_NOT_FOUND, TAO_BUILD_UNREADABLE, and TAO_BUILD_OTHER_TAO when a build that another version of tao
 *   made is all there is
 */
export async function chooseProject(root: string, options: ChooseOptions): Promise<Project> {
  const { mode, env, warn } = options
  let project = describeProject(root)
  const isWanted = options.useBuild ?? (mode === 'production' && !isOff(env['TAO_BUILD']))
  if (project.build === undefined && isWanted) {
    const build = readBuild(root)
    if (build !== undefined && build.record.tao !== taoVersion())
      warn?.(
        `The build in .tao/build is left alone: tao ${build.record.tao} made it, and this is ${taoVersion()}. Run "tao build".`,
      )
    else if (build !== undefined) project = describeBuilt(root, build)
  }
  const record = project.build?.record
  if (record !== undefined && record.tao !== taoVersion())
    throw buildOfOther(record.tao, taoVersion(), {
      hint: `Run "tao build" again where the sources are, or install tao1@${record.tao}.`,
    })
  if (record?.typescript) await registerTypeScript()
  return project
}

function isOff(variable: string | undefined): boolean {
  return ['0', 'off', 'no', 'false'].includes(variable?.trim().toLowerCase() ?? '')
}
