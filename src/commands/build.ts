import { relative } from 'node:path'
import type { Terminal } from '../base/terminal.ts'
import { count } from '../base/text.ts'
import type { BuiltProject } from '../build/index.ts'
import { findProject } from '../project/index.ts'
import { assertInstalled } from './assert-installed.ts'
import { defineBuiltIn, type Command } from './command.ts'
import { interruptedBuild } from './errors.ts'
import { findingAsJson, printFinding } from './print-finding.ts'

export const command: Command = defineBuiltIn({
  name: 'build',
  summary: 'Make the production form of the site',
  description:
    'Compiles TypeScript and templates into .tao/build and static files, named by their content, into .tao/static; "tao serve" then runs that. What is missing or named wrongly fails the build, and the one before stays.',
  options: [
    {
      name: 'clean',
      type: 'boolean',
      description: 'Remove static files that are older than the build before this one',
    },
    { name: 'dry-run', type: 'boolean', description: 'Do everything, and change nothing' },
    { name: 'json', type: 'boolean', description: 'Print what was built, or what is wrong, as JSON' },
  ],
  examples: ['tao build', 'tao build && tao serve', 'tao build --clean'],
  async run({ options, cwd, env, stdout, stderr, interruption }) {
    const { root } = findProject(cwd)
    assertInstalled(root)
    const signal = interruption()
    const started = performance.now()
    const { buildProject } = await import('../build/index.ts')
    const { clean, dryRun, json } = options
    const built = await buildProject({ root, env: { ...env }, clean, dryRun, signal }).catch(
      (error: unknown) => {
        if (signal.aborted && error === signal.reason) throw interruptedBuild()
        throw error
      },
    )
    if ('problems' in built) {
      if (json) {
        const problems = built.problems.map((problem) => findingAsJson(root, problem))
        stdout.line(JSON.stringify({ problems }, undefined, 2))
      } else {
        for (const problem of built.problems) printFinding(stderr, root, problem)
        stderr.line(stderr.style('red', `${count(built.problems.length, 'error')}. Nothing was built.`))
      }
      return 1
    }
    const ms = performance.now() - started
    if (json) stdout.line(JSON.stringify(asJson(root, built, ms), undefined, 2))
    else {
      for (const warning of built.warnings) printFinding(stderr, root, warning)
      printBuilt(stdout, root, built, ms, dryRun)
    }
    return 0
  },
})

function printBuilt(out: Terminal, root: string, built: BuiltProject, ms: number, dryRun: boolean): void {
  const { modules, templates, others, pruned } = built
  const saved = built.static.bytes - built.static.compressedBytes
  const parts = [
    count(modules, 'module'),
    count(templates.count, 'template'),
    `${count(built.static.files, 'static file')} of ${size(built.static.bytes)}${saved > 0 ? `, ${size(saved)} less when compressed` : ''}`,
  ]
  const verb = dryRun ? 'Would build' : 'Built'
  out.line(
    `${out.style('green', verb)} ${parts.join(', ')}, in ${(ms / 1000).toFixed(1)} s: ${relative(root, built.folder)}`,
  )
  for (const { file, because } of templates.interpreted) {
    const [first] = because
    const place = first === undefined ? '' : `:${first.line}: ${first.what}`
    out.line(`${out.style('dim', 'left to nunjucks')}  ${relative(root, file)}${place}`)
  }
  if (others.files > 0)
    out.line(
      `${out.style('dim', 'taken along')}  ${count(others.files, 'other file')} of ${size(others.bytes)}`,
    )
  if (pruned !== undefined)
    out.line(
      `${out.style('dim', 'removed')}  ${count(pruned.files, 'older static file')} of ${size(pruned.bytes)}`,
    )
}

function asJson(root: string, built: BuiltProject, ms: number): unknown {
  const { templates, warnings } = built
  return {
    folder: relative(root, built.folder),
    modules: built.modules,
    templates: {
      compiled: templates.count,
      interpreted: templates.interpreted.map(({ file, because }) => ({
        file: relative(root, file),
        because,
      })),
    },
    static: built.static,
    others: built.others,
    pruned: built.pruned,
    warnings: warnings.map((warning) => findingAsJson(root, warning)),
    ms: Math.round(ms),
  }
}

/** Bytes as a person reads them. */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
