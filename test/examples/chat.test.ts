import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { checkout } from '../house/source-files.ts'
import { testClient } from '../../src/testing/index.ts'
import { SECRET } from '../start-site.ts'
import { buildPackage, type BuiltPackage } from '../serve/built-package.ts'
import { makeSite, startServing } from '../serve/serving.ts'

let built: BuiltPackage

beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

/** Two visitors: cookies apart, as in two browsers. */
async function openBrowsers(): Promise<[BrowserContext, BrowserContext]> {
  const profile = mkdtempSync(join(tmpdir(), 'tao-browser-'))
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args, env: { HOME: profile } })
  onTestFinished(async () => {
    await browser.close()
    rmSync(profile, { recursive: true, force: true })
  })
  return [
    await browser.newContext({ colorScheme: 'light' }),
    await browser.newContext({ colorScheme: 'dark' }),
  ]
}

async function enter(context: BrowserContext, url: string, name: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Enter' }).click()
  await page.locator('#state', { hasText: 'connected' }).waitFor()
  return page
}

test.runIf(existsSync('/usr/bin/chromium'))(
  '#10 the chat: two browsers hear each other, see who is there, and who leaves',
  async () => {
    const site = makeSite(built)
    onTestFinished(() => site.remove())
    rmSync(join(site.folder, 'routes.ts'))
    cpSync(join(checkout, 'examples/chat'), site.folder, {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    })
    const serving = await startServing(built, site, { reload: false, env: { PORT: '0' } })
    onTestFinished(() => serving.stop())
    const [one, two] = await openBrowsers()
    const ada = await enter(one, serving.url, 'Ada')
    const bob = await enter(two, serving.url, '<b>Bob</b>')
    for (const page of [ada, bob]) {
      await page.locator('#there li', { hasText: 'Ada' }).waitFor()
      await page.locator('#there li', { hasText: '<b>Bob</b>' }).waitFor()
    }
    await ada.getByLabel('Message').fill('Hello, Bob')
    await ada.keyboard.press('Enter')
    await bob.locator('#messages li:not(.mine)', { hasText: 'Hello, Bob' }).waitFor()
    await ada.locator('#messages li.mine', { hasText: 'Hello, Bob' }).waitFor()
    await bob.getByLabel('Message').fill('<img src=x onerror="alert(1)">')
    await bob.getByRole('button', { name: 'Send' }).click()
    await ada.locator('#messages li', { hasText: '<img src=x' }).waitFor()
    if (process.env['TAO_SCREENSHOTS']) {
      await ada.screenshot({ path: join(process.env['TAO_SCREENSHOTS'], 'chat-light.png') })
      await bob.screenshot({ path: join(process.env['TAO_SCREENSHOTS'], 'chat-dark.png') })
    }
    await bob.close()
    await ada.locator('#there li', { hasText: 'Bob' }).waitFor({ state: 'detached' })
    expect(await ada.locator('#there li').allTextContents()).toEqual(['Ada'])
  },
  90_000,
)

test('its own test’s site: no name, no room', async () => {
  const client = await testClient({
    root: join(checkout, 'examples/chat'),
    env: { SECRET_KEY: SECRET },
    flags: { logLevel: 'silent' },
  })
  onTestFinished(() => client.close())
  expect((await client.get('/rooms/lobby')).headers.get('location')).toBe('/')
  await expect(client.websocket('/rooms/lobby/live')).rejects.toThrow('answered with 403')
  expect((await client.post('/', { form: { name: '', room: 'a/b' } })).status).toBe(400)
  const entered = await client.post('/', { form: { name: 'Ada', room: 'lobby' } })
  expect(entered.headers.get('location')).toBe('/rooms/lobby')
})
