import { scryptSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashPassword, verifyPassword } from '../../src/users/index.ts'

test('a hash opens to its password alone, and each is made anew', async () => {
  const [one, other] = await Promise.all([hashPassword('pässword'), hashPassword('pässword')])
  expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(one).not.toBe(other)
  expect(await verifyPassword('pässword', one)).toBe(true)
  // The same letters, typed on another keyboard.
  expect(await verifyPassword('pa\u0308ssword', one)).toBe(true)
  expect(await verifyPassword('Pässword', one)).toBe(false)
})

test('a hash made elsewhere with other costs opens too', async () => {
  const salt = Buffer.alloc(16, 7)
  const key = scryptSync('secret', salt, 64, { N: 2 ** 10, r: 4, p: 1 })
  const bare = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
  const stored = `$scrypt$ln=10,r=4,p=1$${bare(salt)}$${bare(key)}`
  expect(await verifyPassword('secret', stored)).toBe(true)
  expect(await verifyPassword('other', stored)).toBe(false)
})

test.each([
  undefined,
  null,
  '',
  'secret',
  '$scrypt$ln=40,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$scrypt$ln=0,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
])('%j is no hash of anything', async (stored) => {
  expect(await verifyPassword('secret', stored)).toBe(false)
})
