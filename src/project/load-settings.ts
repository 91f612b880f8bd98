import { settingsNotExported } from './errors.ts'
import { shortPath } from './short-path.ts'
import { importFile } from './import-file.ts'
import type { Project } from './project.ts'
import {
  inspectSettings,
  resolveSettings,
  type InspectedSettings,
  type ResolveOptions,
} from './resolve-settings.ts'
import { isPlainObject, show } from './rules.ts'
import type { Settings, SettingsInput } from './settings.ts'

export type LoadOptions = Pick<ResolveOptions, 'env' | 'mode' | 'flags' | 'warn' | 'spareKey'>

/**
 * Imports a project's settings file and resolves it.
 *
 * @throws what `importFile` and `resolveSettings` throw, and `TAO_SETTINGS_NOT_EXPORTED`.
 */
export async function loadSettings(project: Project, options: LoadOptions): Promise<Settings> {
  return resolveSettings(await importSettings(project), withProject(project, options))
}

/** As `loadSettings`, but mistakes in values are returned, not thrown; what the file throws still is. */
export async function loadSettingsToInspect(
  project: Project,
  options: LoadOptions,
): Promise<InspectedSettings> {
  return inspectSettings(await importSettings(project), withProject(project, options))
}

async function importSettings(project: Project): Promise<SettingsInput> {
  const { default: input } = await importFile(project.settingsFile, project.root)
  if (isPlainObject(input)) return input
  throw settingsNotExported(shortPath(project.settingsFile, project.root), show(input), {
    place: { file: project.settingsFile },
    hint: 'Write: export default defineSettings({ ... })',
  })
}

function withProject(project: Project, options: LoadOptions): ResolveOptions {
  return { ...options, root: project.root, name: project.name, file: project.settingsFile }
}
