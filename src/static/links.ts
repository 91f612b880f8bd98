export interface PlannedLink {
  app: string
  link: string
  /** What the link holds or is to hold, relative to the folder it lies in. */
  target: string
  action: 'keep' | 'make' | 'mend' | 'remove' | 'conflict'
}

export interface LinkPlan {
  staticFolder: string
  links: PlannedLink[]
}

export interface LinkReport {
  made: PlannedLink[]
  mended: PlannedLink[]
  removed: PlannedLink[]
  /** A real folder or file is where the link would be; it was left alone. */
  conflicts: PlannedLink[]
  /** Links cannot be made here: these apps are served from their own folders. */
  direct: PlannedLink[]
}

/** Compares the links under the site's static folder with its apps. Changes nothing. */
export declare function planLinks(input: {
  staticFolder: string
  appsFolder: string
  apps: readonly { name: string; staticFolder: string | undefined; kind?: string }[]
}): LinkPlan

/** Carries a plan out. */
export declare function mendLinks(plan: LinkPlan): LinkReport
