import type { SiteBuild } from './site-build.ts'

/** How the site runs: debug pages belong to `development` alone, `test` behaves as production without its demands on secrets. */
export type Mode = 'development' | 'production' | 'test'

/** A site on disk. Every path is absolute; a folder that is named here may not exist yet. */
export interface Project {
  readonly root: string
  /** From package.json, else the folder's own name. */
  readonly name: string
  readonly settingsFile: string
  readonly routesFile: string | undefined
  readonly middlewareFile: string | undefined
  readonly appsFolder: string
  readonly templFolder: string
  readonly staticFolder: string
  readonly commandsFolder: string | undefined
  /** When the code is that of a build: then the files named here are those it made, and `root` has what is no code. */
  readonly build?: SiteBuild | undefined
}

/** One app of a site: a folder with a routes file. The optional files and folders are there when they exist. */
export interface App {
  readonly name: string
  /** `site`: a folder in apps/; `battery`: comes with tao; `package`: from an npm package. */
  readonly kind: 'site' | 'battery' | 'package'
  readonly folder: string
  readonly routesFile: string
  readonly middlewareFile: string | undefined
  readonly templFolder: string | undefined
  readonly staticFolder: string | undefined
  readonly commandsFolder: string | undefined
  /** In front of each of its paths: `''` or `/shop`, never with a slash at the end. */
  readonly prefix: string
  /** In front of each of its route names, before the colon. */
  readonly namePrefix: string
}
