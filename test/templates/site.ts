import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { TaoError } from '../../src/base/errors.ts'
import {
  createTemplateEngine,
  type TemplateEngine,
  type TemplateEngineOptions,
} from '../../src/templates/index.ts'

export interface Site {
  root: string
  engine: TemplateEngine
  write(file: string, text: string): void
  remove(file: string): void
  render(name: string, context?: Record<string, unknown>): string
  /** The error that rendering ends in; fails when it does not. */
  fail(name: string, context?: Record<string, unknown>): TaoError
  /** Its place as `blog:index 3:5`, told by the file's path below the site. */
  failPlace(name: string, context?: Record<string, unknown>): string
}

/** A site of template files in a temporary folder, removed after the test: `templ/...` and `apps/NAME/templ/...`. */
export function makeSite(files: Record<string, string>, options: Partial<TemplateEngineOptions> = {}): Site {
  const root = mkdtempSync(join(tmpdir(), 'tao-templates-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  for (const [file, text] of Object.entries(files)) write(file, text)
  const apps = [...new Set(Object.keys(files).map((file) => /^apps\/([^/]+)\//.exec(file)?.[1]))]
  const engine = createTemplateEngine({
    siteFolder: join(root, 'templ'),
    apps: apps
      .filter((name) => name !== undefined)
      .map((name) => ({ name, templFolder: join(root, 'apps', name, 'templ') })),
    extensions: ['.html', '.njk', '.tpl'],
    globals: {},
    filters: {},
    cache: false,
    ...options,
  })
  const fail = (name: string, context: Record<string, unknown> = {}): TaoError => {
    let text
    try {
      text = engine.render(name, context)
    } catch (error) {
      if (error instanceof TaoError) return error
      throw error
    }
    throw new Error(`"${name}" did not fail but gave ${JSON.stringify(text)}`)
  }
  return {
    root,
    engine,
    write,
    remove: (file) => rmSync(join(root, file)),
    render: (name, context = {}) => engine.render(name, context),
    fail,
    failPlace(name, context) {
      const { place } = fail(name, context)
      return `${place?.file.slice(root.length + 1)} ${place?.line}:${place?.column}`
    },
  }
}
