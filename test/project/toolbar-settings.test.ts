import { expect, test } from 'vitest'
import { inspectSettings, resolveSettings } from '../../src/project/resolve-settings.ts'
import type { SettingsInput } from '../../src/project/settings.ts'

const options = { env: {}, mode: 'development', root: '/site', warn: () => {} } as const

test('#14 the toolbar is on, remembers fifty requests and is for this machine, unless the settings say otherwise', () => {
  expect(resolveSettings({}, options).toolbar).toEqual({ enabled: true, history: 50, clients: [] })
  expect(
    resolveSettings({ toolbar: { history: 10, clients: ['10.0.0.0/8', 'uniquelocal'] } }, options).toolbar,
  ).toEqual({ enabled: true, history: 10, clients: ['10.0.0.0/8', 'uniquelocal'] })
})

test('#14 what the toolbar cannot be set to is said', () => {
  const toolbar = { enabled: 'no', history: 0, clients: ['anybody'], panel: [] }
  const { problems } = inspectSettings({ toolbar } as unknown as SettingsInput, options)
  expect(problems.map(({ message }) => message)).toEqual([
    'settings.toolbar.enabled must be true or false, not "no"',
    'settings.toolbar.history must be a whole number, from 1 to 1000, not 0',
    'settings.toolbar.clients[0] must be an IP address, a network such as "10.0.0.0/8", or "uniquelocal", not "anybody"',
    'settings.toolbar.panel is no setting',
  ])
})
