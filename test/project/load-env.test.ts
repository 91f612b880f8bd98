import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chooseMode, loadEnv } from '../../src/project/load-env.ts'
import { makeFolder } from './temp-project.ts'

test('.env fills in what the real environment lacks', () => {
  const root = makeFolder({ '.env': '\uFEFFPORT=9000\nHOST="0.0.0.0" # all\nEMPTY=\nTEXT=\'a b\'\n' })
  const env: Record<string, string | undefined> = { PORT: '7000' }
  expect(loadEnv(root, env)).toMatchObject({ PORT: '7000', HOST: '0.0.0.0', EMPTY: '', TEXT: 'a b' })
  expect(env).toMatchObject({ PORT: '7000', HOST: '0.0.0.0' })
})

test('a changed .env is read anew by a process that inherited its former values', () => {
  const root = makeFolder({ '.env': 'A=1\nB=1' })
  const env: Record<string, string | undefined> = { C: 'real' }
  loadEnv(root, env)
  writeFileSync(join(root, '.env'), 'A=2\nC=file')
  const inherited = { ...env }
  expect(loadEnv(root, inherited)).toMatchObject({ A: '2', C: 'real' })
  expect(inherited).not.toHaveProperty('B')
  rmSync(join(root, '.env'))
  expect(loadEnv(root, inherited)).toEqual({ C: 'real' })
})

test('a second site in one process does not inherit the first one’s file', () => {
  const env: Record<string, string | undefined> = {}
  loadEnv(makeFolder({ '.env': 'SECRET_KEY=one' }), env)
  expect(loadEnv(makeFolder({ '.env': 'SECRET_KEY=two' }), env)['SECRET_KEY']).toBe('two')
  expect(loadEnv(makeFolder(), env)).toEqual({})
})

test('a .env that cannot be read is an error, not silence', () => {
  const root = makeFolder({ '.env/': '' })
  expect(() => loadEnv(root, {})).toThrow(expect.objectContaining({ code: 'TAO_ENV_UNREADABLE' }))
})

test('the mode is production unless someone asks for another', () => {
  expect(chooseMode({})).toBe('production')
  expect(chooseMode({ NODE_ENV: 'staging' })).toBe('production')
  expect(chooseMode({ NODE_ENV: 'development' })).toBe('development')
  expect(chooseMode({}, true)).toBe('development')
  expect(chooseMode({ NODE_ENV: 'production' }, true)).toBe('development')
  expect(chooseMode({ NODE_ENV: 'test' }, true)).toBe('test')
})
