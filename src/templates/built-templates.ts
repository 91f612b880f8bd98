import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Loader } from './compiled/make.ts'
import { templateRoots, type TemplateApp } from './folders.ts'

/** The name of the module of compiled templates in a build. */
export const TEMPLATES = 'templates.cjs'

/** A template's program, compiled ahead: its code, and the places it refers to by number. */
export interface ReadyProgram {
  places: readonly (readonly [line: number, column: number])[]
  make: Loader
}

/** Programs by the absolute paths of their templates. */
export type ReadyPrograms = ReadonlyMap<string, ReadyProgram>

/** What the module of compiled templates exports: programs by the key of a folder and the path below it. */
export type BuiltTemplates = Readonly<Record<string, Readonly<Record<string, ReadyProgram>>>>

/** Loads what `precompileTemplates` wrote; the options are those of the engine. */
export function loadBuiltTemplates(
  file: string,
  folders: { siteFolder: string; apps: readonly TemplateApp[] },
): ReadyPrograms {
  const built = createRequire(file)(file) as BuiltTemplates
  const ready = new Map<string, ReadyProgram>()
  for (const [key, folder] of templateRoots(folders)) {
    for (const [path, program] of Object.entries(built[key] ?? {})) ready.set(join(folder, path), program)
  }
  return ready
}
