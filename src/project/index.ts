export type { App, Mode, Project } from './project.ts'
export { defineSettings } from './settings.ts'
export type {
  AnyFunction,
  AppSettings,
  ConverterSettings,
  ExtraSettings,
  HstsSettings,
  LimitSettings,
  LogLevel,
  LogSettings,
  PublicSettings,
  SecuritySettings,
  SessionSettings,
  Settings,
  SettingsInput,
  SettingsOf,
  SiteSettings,
  StaticSettings,
  TemplSettings,
  TimeoutSettings,
} from './settings.ts'
export { resolveSettings } from './resolve-settings.ts'
export type { ResolveOptions, SettingsFlags } from './resolve-settings.ts'
