import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fillSkeleton } from '../../src/scaffold/fill.ts'
import { appManifest, deployManifests, projectManifest } from '../../src/scaffold/manifest.ts'
import { listing } from './temp-folder.ts'

const skeletons = fileURLToPath(new URL('../../skeletons', import.meta.url))

test('the manifests list exactly the files of the skeletons', () => {
  const all = [projectManifest, appManifest, ...Object.values(deployManifests)]
  const listed = new Set(all.flatMap(({ files }) => files.map(({ source }) => source)))
  expect([...listed].sort()).toEqual(listing(skeletons).filter((path) => !path.endsWith('/')))
})

test('no token is left in what is written', async () => {
  const drafts = [
    ...(await fillSkeleton(projectManifest, { project: 'p', title: 'P', tao: '^1.0.0', secret: 's' })),
    ...(await fillSkeleton(appManifest, { app: 'a', title: 'A' })),
  ]
  for (const draft of drafts) {
    expect(draft.path).not.toMatch(/:/)
    if (draft.kind === 'file') expect(draft.text, draft.path).not.toMatch(/__[a-z]+__/)
  }
})

test('the secret is in .env and in no other file', async () => {
  const drafts = await fillSkeleton(projectManifest, {
    project: 'p',
    title: 'P',
    tao: '',
    secret: 'THE-SECRET',
  })
  const holding = drafts.filter((draft) => draft.kind === 'file' && draft.text.includes('THE-SECRET'))
  expect(holding.map(({ path, ...rest }) => [path, 'isKept' in rest && rest.isKept])).toEqual([
    ['.env', true],
  ])
  const ignored = drafts.find(({ path }) => path === '.gitignore')
  expect(ignored?.kind === 'file' && ignored.text.split('\n')).toContain('.env')
})

test('a value with quotes and backslashes stays one string of package.json', async () => {
  const tao = String.raw`file:C:\a "b"`
  const drafts = await fillSkeleton(projectManifest, { project: 'p', title: 'P', tao, secret: '' })
  const manifest = drafts.find(({ path }) => path === 'package.json')
  const { dependencies } = JSON.parse(manifest?.kind === 'file' ? manifest.text : '') as {
    dependencies: object
  }
  expect(dependencies).toEqual({ tao1: tao })
})

test('the skeletons pin the tools that tao itself is tested with', async () => {
  const own = (await import('../../package.json', { with: { type: 'json' } })).default
  const drafts = await fillSkeleton(projectManifest, { project: 'p', title: 'P', tao: '', secret: '' })
  const manifest = drafts.find(({ path }) => path === 'package.json')
  const { devDependencies } = JSON.parse(manifest?.kind === 'file' ? manifest.text : '') as typeof own
  for (const tool of ['vitest', 'typescript'] as const)
    expect(devDependencies[tool]).toBe(`^${own.devDependencies[tool]}`)
})
