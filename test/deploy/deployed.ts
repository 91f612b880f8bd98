import { expect, onTestFinished } from 'vitest'
import { runTao } from '../commands/run-tao.ts'
import { buildPackage, type BuiltPackage } from '../serve/built-package.ts'
import { makeSite, startServing, type Serving, type TestSite } from '../serve/serving.ts'
import { systemPath, type AtEnd } from './program.ts'

let built: BuiltPackage | undefined

/** A site on the package as its users have it, gone when the test ends. */
export function deployedSite(
  files: Readonly<Record<string, string>>,
  atEnd: AtEnd = onTestFinished,
): TestSite {
  built ??= buildPackage()
  const site = makeSite(built, files)
  atEnd(() => site.remove())
  return site
}

export function removeBuilt(): void {
  built?.remove()
  built = undefined
}

/** Runs `tao deploy` in a site. */
export async function deploy(
  site: TestSite,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runTao(['deploy', ...words], {
    cwd: site.folder,
    env: { PATH: systemPath, ...env },
  })
  expect([code, stderr.replaceAll(/^warning: .*\n/gm, '')]).toEqual([0, ''])
  return { stdout, stderr }
}

/** The site served by a process of its own, behind whatever stands in front. */
export async function servedSite(
  site: TestSite,
  options: { path?: string; env?: Record<string, string> },
  atEnd: AtEnd = onTestFinished,
): Promise<Serving> {
  const serving = await startServing(built!, site, { reload: false, ...options })
  atEnd(() => serving.stop())
  return serving
}
