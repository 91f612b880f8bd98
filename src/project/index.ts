export type { App, Mode, Project } from './project.ts'
export { findProject, describeProject, moduleIn } from './find-project.ts'
export { chooseProject, type ChooseOptions } from './choose-project.ts'
export { buildFolders, readBuild, RECORD } from './site-build.ts'
export type { BuildRecord, SiteBuild, SourceState } from './site-build.ts'
export { listSources, stateOf, type SourcePath } from './build-sources.ts'
export { findChanges, packageVersion, type SourceChanges } from './find-changes.ts'
export { chooseMode, loadEnv } from './load-env.ts'

export type {
  AnyFunction,
  AppOffSettings,
  AppSettings,
  ConverterSettings,
  ExtraSettings,
  HstsSettings,
  LimitSettings,
  LogLevel,
  HealthSettings,
  LogSettings,
  OverloadSettings,
  WorkerSettings,
  OffloadSettings,
  PublicSettings,
  RemoteSettings,
  SecuritySettings,
  SessionSettings,
  Settings,
  SettingsInput,
  SettingsOf,
  SiteSettings,
  StaticSettings,
  TemplSettings,
  TimeoutSettings,
  ToolbarSettings,
} from './settings.ts'
export { inspectSettings } from './resolve-settings.ts'
export type { InspectedSettings, ResolveOptions, SettingsFlags } from './resolve-settings.ts'
export { loadSettings, loadSettingsToInspect } from './load-settings.ts'
export type { LoadOptions } from './load-settings.ts'
export { defaultExportPlace } from './default-export-place.ts'
export { settingPlace } from './setting-place.ts'
export { createSecretKey } from './secret-keys.ts'

export { appFolders, discoverApps, inspectApps } from './discover-apps.ts'
export { followSwitches, readSwitches, RETRY_AFTER, writeSwitch } from './app-switches.ts'
export type { AppOff, AppSwitches, SwitchedOff } from './app-switches.ts'

export { registerTypeScript } from './register-typescript.ts'
export { loadModuleCompiler, type ModuleCompiler } from './module-compiler.ts'
export { stripTypes } from './strip-types.ts'
export { importFile } from './import-file.ts'
export { functionPlace, functionPlaces } from './function-place.ts'
export { shortPath } from './short-path.ts'
export { stackPlaces } from './stack-places.ts'
export { nearbyModules } from './import-graph.ts'
export { importsOf } from './module-names.ts'
export { lineAndColumn, scanSource } from './scan-source.ts'
export type { Token } from './scan-source.ts'
