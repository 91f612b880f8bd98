import { inspect } from 'node:util'
import type { Terminal } from '../base/terminal.ts'
import { count } from '../base/text.ts'
import type { Finding, FixResult, InspectedSite } from '../checks/index.ts'
import { findProject } from '../project/index.ts'
import { assertInstalled } from './assert-installed.ts'
import { defineBuiltIn, type Command } from './command.ts'
import { findingAsJson, printFinding } from './print-finding.ts'

const levels = ['debug', 'info', 'warning', 'error'] as const

export const command: Command = defineBuiltIn({
  name: 'check',
  summary: 'Look for mistakes in the project',
  description:
    'Looks at settings, apps, routes, templates, static files and names. The exit code is 3 when it finds something.',
  options: [
    { name: 'deploy', type: 'boolean', description: 'Look at it as it would run in production, too' },
    { name: 'fix', type: 'boolean', description: 'Mend what can be mended without loss' },
    {
      name: 'fail-level',
      type: 'string',
      value: 'LEVEL',
      choices: levels,
      default: 'warning',
      description: 'The least that counts as a find',
    },
    { name: 'json', type: 'boolean', description: 'Print the findings as JSON' },
  ],
  examples: ['tao check', 'tao check --fix', 'tao check --deploy --fail-level info'],
  async run({ options, cwd, env, stdout, stderr }) {
    const { root } = findProject(cwd)
    assertInstalled(root)
    const { applyFixes, checkInspected, failsAt, inspectSite } = await import('../checks/index.ts')
    const look = (): Promise<InspectedSite> => inspectSite({ root, env: { ...env }, deploy: options.deploy })
    let site = await look()
    let findings = checkInspected(site)
    let fixes: FixResult[] = []
    if (options.fix && findings.some(({ fix }) => fix !== undefined)) {
      fixes = await applyFixes(findings)
      // What was mended is looked at again: a mend may not have helped, or have brought something else to light.
      site = await look()
      findings = checkInspected(site)
    }
    await writeNames(site)
    const isFound = failsAt(findings, options.failLevel)
    if (options.json) printJson(stdout, root, findings, fixes)
    else {
      for (const { finding, error } of fixes) printFix(stderr, finding, error)
      for (const finding of findings) printFinding(stdout, root, finding)
      stderr.line(summary(stderr, findings, isFound))
    }
    return isFound ? 3 : 0
  },
})

/** Where something cannot be read, the names of before are better than few: the editor would mark every use of a lost one. */
async function writeNames({ project, deploy, found, apps, routes, templ }: InspectedSite): Promise<void> {
  if (deploy || found.some(({ level }) => level === 'error')) return
  const { updateTypesFile } = await import('../types-file/index.ts')
  await updateTypesFile(project.root, { apps, routes: routes.table, templ })
}

function printFix(err: Terminal, { fix, message }: Finding, error: unknown): void {
  if (error === undefined) err.line(`${err.style('green', 'mended:')} ${fix?.summary ?? message}`)
  else err.line(`${err.style('red', 'not mended:')} ${fix?.summary ?? message}: ${reasonOf(error)}`)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : inspect(error)
}

function summary(err: Terminal, findings: readonly Finding[], isFound: boolean): string {
  if (findings.length === 0) return err.style('green', 'Nothing was found.')
  const parts = [...levels]
    .reverse()
    .map((level) => [level, findings.filter((finding) => finding.level === level).length] as const)
    .filter(([, found]) => found > 0)
    .map(([level, found]) =>
      level === 'error' || level === 'warning' ? count(found, level) : `${found} ${level}`,
    )
  return err.style(isFound ? 'red' : 'green', `${parts.join(', ')}.`)
}

function printJson(
  out: Terminal,
  root: string,
  findings: readonly Finding[],
  fixes: readonly FixResult[],
): void {
  const described = findings.map((finding) => findingAsJson(root, finding))
  const mended = fixes.map(({ finding, error }) => ({
    id: finding.id,
    fix: finding.fix?.summary,
    error: error === undefined ? undefined : reasonOf(error),
  }))
  out.line(JSON.stringify({ findings: described, fixes: mended }, undefined, 2))
}
