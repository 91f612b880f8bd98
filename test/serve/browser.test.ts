import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPackage, type BuiltPackage } from './built-package.ts'
import { makeSite, startServing, type Serving, type TestSite } from './serving.ts'

let built: BuiltPackage
let site: TestSite
let serving: Serving
let profile: string
let context: BrowserContext

const views = (words: string): string => `import { templ, type Request } from 'tao1'
export function index(request: Request): unknown { return templ('index', request, { words: '${words}' }) }
export function fails(): never { const post = undefined as unknown as { title: string }; throw new TypeError('No title: ' + String(post)) }
`
const layout = (words: string): string =>
  `<!doctype html><html><head><title>t</title><link rel="stylesheet" href="/static/site.css"></head><body><h1>{{ words }}</h1><p>${words}</p></body></html>`

beforeAll(async () => {
  built = buildPackage()
  site = makeSite(built, {
    'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index), route('GET', '/fails', views.fails)]
`,
    'views.ts': views('first'),
    'templ/index.html': layout('plain'),
    'static/site.css': 'h1 { color: rgb(255, 0, 0) }',
  })
  serving = await startServing(built, site)
  profile = mkdtempSync(join(tmpdir(), 'tao-browser-'))
  context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}, 60_000)

afterAll(async () => {
  await context?.close()
  await serving?.stop()
  site?.remove()
  built?.remove()
  rmSync(profile, { recursive: true, force: true })
})

/** A page that waits for news, and a mark in it that only a reload takes away. */
async function openPage(path = '/'): Promise<Page> {
  const page = await context.newPage()
  const listening = page.waitForResponse((response) => response.url().endsWith('/__tao__/live'))
  await page.goto(serving.url + path)
  if (context.pages().filter((one) => one.url().startsWith('http')).length === 1) await listening
  await page.evaluate('window.mark = true')
  return page
}

describe('#15 The live browser', () => {
  test('#15 code, templates and broken code reload every open tab; a style is swapped in place', async () => {
    const first = await openPage()
    const second = await openPage()
    const tabs = [first, second]
    const expectIn = async (selector: string, text: string): Promise<void> => {
      for (const tab of tabs) await tab.locator(selector, { hasText: text }).waitFor()
    }

    site.write({ 'views.ts': views('second') })
    await expectIn('h1', 'second')

    site.write({ 'templ/index.html': layout('changed') })
    await expectIn('p', 'changed')

    for (const tab of tabs) await tab.evaluate('window.mark = true')
    site.write({ 'static/site.css': 'h1 { color: rgb(0, 0, 255) }' })
    for (const tab of tabs) {
      await tab.waitForFunction("getComputedStyle(document.querySelector('h1')).color === 'rgb(0, 0, 255)'")
      expect(await tab.evaluate('window.mark')).toBe(true)
    }

    site.write({ 'views.ts': 'export function index( {' })
    await expectIn('.kicker', 'The site does not start')
    await expectIn('.main-frame .place', 'views.ts:1')

    site.write({ 'views.ts': views('mended') })
    await expectIn('h1', 'mended')
    for (const tab of tabs) await tab.close()
  }, 60_000)

  test('#15 eight open tabs hold one connection between them, so that the ninth still loads', async () => {
    const tabs: Page[] = []
    for (let n = 0; n < 9; n++) {
      const tab = await context.newPage()
      await tab.goto(serving.url)
      tabs.push(tab)
    }
    expect(await tabs[8]!.locator('h1').textContent()).toBe('mended')
    for (const tab of tabs) await tab.close()
  }, 60_000)
})

describe('#14 The page of an error', () => {
  test.each(['light', 'dark'] as const)(
    '#14 shows and hides without errors in %s, by keyboard alone',
    async (colorScheme) => {
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().includes('500')) problems.push(message.text())
      })
      page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url())
        if (origin !== serving.url && protocol !== 'data:') problems.push(`asked ${request.url()}`)
      })
      await page.emulateMedia({ colorScheme })
      await page.goto(`${serving.url}/fails`)
      expect(await page.locator('h1').textContent()).toMatch(/TypeError\s+No title/)
      expect(await page.locator('.main-frame .place').first().textContent()).toMatch(/^views\.ts:3:\d+$/)
      expect(await page.locator('.main-frame tr.at').textContent()).toContain('No title')
      expect(await page.locator('#open').getAttribute('href')).toContain(`${site.folder}/views.ts:3:`)

      await page.keyboard.press('j')
      expect(await page.evaluate("document.activeElement.closest('.main-frame') !== null")).toBe(true)
      await page.keyboard.press('j')
      expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY')
      const isOpen = 'document.activeElement.parentElement.open'
      const before = await page.evaluate(isOpen)
      await page.keyboard.press('Enter')
      expect(await page.evaluate(isOpen)).toBe(!(before as boolean))

      await page.keyboard.press('c')
      await page.locator('#copy', { hasText: 'Copied' }).waitFor()
      expect(problems).toEqual([])
      await page.close()
    },
  )
})
