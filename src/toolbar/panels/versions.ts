import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { taoFolder } from '../../debug/index.ts'
import type { ToolbarPanel } from '../panel.ts'
import type { Field } from '../record.ts'
import { fieldsOf, GROUPS_TEMPLATE, type Group } from './groups.ts'

/** What runs. */
export const versionsPanel: ToolbarPanel = {
  id: 'versions',
  title: 'Versions',
  template: GROUPS_TEMPLATE,
  show(_record, { app }) {
    const tao = readPackage(taoFolder)
    const site = readPackage(app.project.root)
    const groups: Group[] = [
      {
        title: 'Process',
        fields: fieldsOf({
          tao1: tao?.version,
          node: process.version,
          V8: process.versions.v8,
          OpenSSL: process.versions.openssl,
          platform: `${process.platform} ${process.arch}`,
          process: process.pid,
          'runs since': `${Math.round(process.uptime())} s`,
          memory: `${Math.round(process.memoryUsage.rss() / 1024 / 1024)} MiB`,
        }),
      },
      {
        title: 'Packages of the site',
        fields: versionsOf(site?.dependencies, [app.project.root]),
        empty: 'Its package.json names none.',
      },
      { title: 'Packages of tao', fields: versionsOf(tao?.dependencies, [taoFolder, app.project.root]) },
    ]
    return { groups }
  },
}

interface Package {
  version?: string
  dependencies?: Record<string, string>
}

function readPackage(folder: string): Package | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
  } catch {
    return undefined
  }
}

/** What is installed, beside the package or above it; else the range that was asked for. */
function versionsOf(dependencies: Record<string, string> = {}, folders: readonly string[]): Field[] {
  return Object.entries(dependencies).map(([name, range]) => {
    const places = folders.flatMap((folder) => [
      join(folder, 'node_modules', name),
      // Where npm put both side by side, tao lies in the same node_modules as its dependencies.
      join(folder, '..', name),
    ])
    const installed = places
      .map((place) => readPackage(place)?.version)
      .find((version) => version !== undefined)
    return { name, value: installed ?? `${range} (not found)` }
  })
}
