import { describe, expect, test } from 'vitest'
import type { TaoError } from '../../src/base/errors.ts'
import { checkAppName, checkProjectName, titleOf } from '../../src/scaffold/names.ts'

function refusal(check: (name: string) => string, name: string): TaoError | undefined {
  try {
    check(name)
    return undefined
  } catch (error) {
    return error as TaoError
  }
}

describe('good names are taken as they are', () => {
  test.each(['site', 'my-site', 'my_site', 'site2', '2site', 'example.com', 'a'])(
    'a project may be called %s',
    (name) => {
      expect(checkProjectName(name)).toBe(name)
    },
  )
  test.each(['blog', 'site', 'my_shop', 'my-shop', 'shop2', 'a', 'x'.repeat(64)])(
    'an app may be called %s',
    (name) => {
      expect(checkAppName(name)).toBe(name)
    },
  )
})

describe('bad names are refused in one sentence, with the nearest good one', () => {
  test.each([
    ['../x', 'x'],
    ['a/b', 'b'],
    ['My Site', 'my-site'],
    ['MySite', 'my-site'],
    ['Ärger & Söhne', 'arger-sohne'],
    ['class', 'my-class'],
    ['static', 'my-static'],
    ['node_modules', 'my-node_modules'],
    ['con', 'my-con'],
    ['con.txt', 'my-con.txt'],
    ['vitest', 'my-vitest'],
    ['.hidden', 'hidden'],
    ['-dash', 'dash'],
    ['site\n', 'site'],
    ['', undefined],
    ['   ', undefined],
    ['日本', undefined],
    ['..', undefined],
    ['x'.repeat(300), undefined],
  ])('the project %j, near %j', (name, near) => {
    const error = refusal(checkProjectName, name)
    expect(error?.code).toBe('TAO_NAME_REFUSED')
    expect(error?.exitCode).toBe(2)
    expect(error?.message).toMatch(/^[^\n]{10,280}\.$/)
    expect(error?.details?.['nearest']).toBe(near)
    if (near !== undefined) {
      expect(error?.hint).toContain(`"${near}"`)
      expect(checkProjectName(near)).toBe(near)
    }
  })

  test.each([
    ['../x', 'x'],
    ['My Blog', 'my-blog'],
    ['3d', 'my-3d'],
    ['a.b', 'a-b'],
    ['class', 'my-class'],
    ['static', 'my-static'],
    ['apps', 'my-apps'],
    ['constructor', 'my-constructor'],
    ['__proto__', 'proto'],
    ['LPT1', 'my-lpt1'],
    ['', undefined],
    ['x'.repeat(65), undefined],
    ['x'.repeat(300), undefined],
  ])('the app %j, near %j', (name, near) => {
    const error = refusal(checkAppName, name)
    expect(error?.code).toBe('TAO_NAME_REFUSED')
    expect(error?.message).toMatch(/^[^\n]{10,280}\.$/)
    expect(error?.details?.['nearest']).toBe(near)
    if (near !== undefined) expect(checkAppName(near)).toBe(near)
  })
})

test('a name becomes a title', () => {
  expect(titleOf('my_shop')).toBe('My shop')
  expect(titleOf('example.com')).toBe('Example com')
  expect(titleOf('blog')).toBe('Blog')
})
