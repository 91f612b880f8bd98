import type { OpenStreams, Upgrades } from '../http/index.ts'
import { followSwitches, type AppSwitches } from '../project/index.ts'
import type { Site } from './site.ts'

/** Follows which apps are off: each change is in the log, and open WebSockets and event streams of what is turned off are closed. */
export function followApps({
  project,
  settings,
  log,
  upgrades,
  streams,
}: Pick<Site, 'project' | 'settings' | 'log'> & { upgrades: Upgrades; streams: OpenStreams }): AppSwitches {
  const switches = followSwitches(project, settings, (now, before, failure) => {
    if (failure !== undefined) return log.error({ err: failure }, 'What apps are off stays as it was')
    for (const app of now.keys()) {
      if (before.has(app)) continue
      log.info({ app }, `The app ${app} was turned off`)
      upgrades.closeThoseOf(app)
      streams.endThoseOf(app)
    }
    for (const app of before.keys()) if (!now.has(app)) log.info({ app }, `The app ${app} was turned on`)
  })
  for (const app of switches.off.keys()) log.warn({ app }, `The app ${app} is off: it answers 503`)
  return switches
}
