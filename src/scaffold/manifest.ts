/** One file of a skeleton and where it goes. Paths are written with `/`; `:app` stands for the app's name. */
export interface SkeletonFile {
  source: string
  target: string
  /** The file holds a secret: only its owner may read it, and one that is already there is kept. */
  isSecret?: boolean
  /** One that is already there is kept, whatever is in it. */
  isKept?: boolean
}

/** A link of a skeleton: `target` is relative to the folder the link lies in. */
export interface SkeletonLink {
  link: string
  target: string
}

export interface Manifest {
  files: readonly SkeletonFile[]
  links: readonly SkeletonLink[]
}

// npm leaves .gitignore files out of packages, and reads .npmrc and .env of wherever it runs: dot files are stored with a `_`.
export const projectManifest: Manifest = {
  files: [
    file('project/package.json'),
    file('project/tsconfig.json'),
    file('project/_gitignore', '.gitignore'),
    file('project/_env.example', '.env.example'),
    { source: 'project/_env', target: '.env', isSecret: true },
    file('project/README.md'),
    file('project/settings.ts'),
    file('project/routes.ts'),
    file('project/views.ts'),
    file('project/site.test.ts'),
    file('project/apps/_gitkeep', 'apps/.gitkeep'),
    file('project/static/site.css'),
    file('project/static/favicon.svg'),
    file('project/templ/layout.html'),
    file('project/templ/index.html'),
  ],
  links: [],
}

export const appManifest: Manifest = {
  files: [
    file('app/routes.ts', 'apps/:app/routes.ts'),
    file('app/views.ts', 'apps/:app/views.ts'),
    file('app/static/app.css', 'apps/:app/static/:app.css'),
    file('app/templ/index.html', 'apps/:app/templ/index.html'),
    file('app/templ/entry.html', 'apps/:app/templ/entry.html'),
    file('app/app.test.ts', 'apps/:app/:app.test.ts'),
  ],
  links: [{ link: 'static/:app', target: '../apps/:app/static' }],
}

const dockerfile: SkeletonFile = { source: 'deploy/Dockerfile', target: ':folder/Dockerfile' }
const dockerignore: SkeletonFile = { source: 'deploy/_dockerignore', target: '.dockerignore', isKept: true }

/** What `tao deploy` writes, by its targets; `:folder` is where to. */
export const deployManifests: Readonly<
  Record<'nginx' | 'systemd' | 'supervisor' | 'docker' | 'compose', Manifest>
> = {
  nginx: { files: [file('deploy/nginx.conf', ':folder/nginx.conf')], links: [] },
  systemd: {
    files: [
      file('deploy/systemd.service', ':folder/:slug.service'),
      file('deploy/systemd.socket', ':folder/:slug.socket'),
    ],
    links: [],
  },
  supervisor: { files: [file('deploy/supervisor.conf', ':folder/supervisor.conf')], links: [] },
  docker: { files: [dockerfile, dockerignore], links: [] },
  compose: {
    files: [
      file('deploy/compose.yaml', ':folder/compose.yaml'),
      { ...dockerfile, isKept: true },
      dockerignore,
    ],
    links: [],
  },
}

function file(source: string, target: string = source.replace(/^[^/]+\//, '')): SkeletonFile {
  return { source, target }
}
