import { settingPlace } from '../project/index.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite } from './inspect-site.ts'

/** What is odd about settings that are valid; wrong values are found while they are read. */
export function checkSettings({ project, settings, env }: InspectedSite): Finding[] {
  const place = settingPlace(project.settingsFile, ['secretKeys'])
  const written = place.line !== undefined && settings.secretKeys.length > 0
  if (!written) return []
  return [
    finding('tao.W106', 'The secret keys stand in the settings file, and so in version control', {
      place,
      hint: env['SECRET_KEY']
        ? 'SECRET_KEY of the environment is used instead: take them out.'
        : 'Move them to SECRET_KEY in .env.',
    }),
  ]
}
