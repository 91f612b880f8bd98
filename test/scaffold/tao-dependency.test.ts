import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { taoDependency } from '../../src/scaffold/tao-dependency.ts'
import { tempFolder } from './temp-folder.ts'

function installed(resolved?: string): { root: string; project: string } {
  const project = tempFolder()
  const root = join(project, 'node_modules/tao1')
  write(join(root, 'package.json'), { name: 'tao1', version: '1.2.3' })
  if (resolved !== undefined) {
    write(join(project, 'node_modules/.package-lock.json'), {
      packages: { 'node_modules/tao1': { resolved } },
    })
  }
  return { root, project }
}

function write(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
}

test('a checkout is depended on as the folder it is', () => {
  const { root } = installed()
  mkdirSync(join(root, 'src'))
  expect(taoDependency(root)).toBe(`file:${root}`)
})

test('an install from a registry becomes a range of its version', () => {
  expect(taoDependency(installed('https://registry.example/tao1/-/tao1-1.2.3.tgz').root)).toBe('^1.2.3')
})

test('an install from a tarball becomes that tarball while it is there, else the installed folder', () => {
  const { root, project } = installed('file:../tao1-1.2.3.tgz')
  expect(taoDependency(root)).toBe(`file:${root}`)
  write(join(project, 'packed/tao1-1.2.3.tgz'), '')
  write(join(project, 'node_modules/.package-lock.json'), {
    packages: { 'node_modules/tao1': { resolved: 'file:packed/tao1-1.2.3.tgz' } },
  })
  expect(taoDependency(root)).toBe(`file:${join(project, 'packed/tao1-1.2.3.tgz')}`)
})

test('a global install, which leaves no lockfile, tells by the mark of publishing', () => {
  const { root } = installed()
  expect(taoDependency(root)).toBe(`file:${root}`)
  write(join(root, 'dist/published'), '')
  expect(taoDependency(root)).toBe('^1.2.3')
})
