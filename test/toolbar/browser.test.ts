import { existsSync } from 'node:fs'
import {
  chromium,
  type Browser,
  type BrowserContextOptions,
  type FrameLocator,
  type Page,
} from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { buildPackage, type BuiltPackage } from '../serve/built-package.ts'
import { makeSite, startServing, type Serving, type TestSite } from '../serve/serving.ts'
import { files } from './sample-site.ts'

const executablePath = '/usr/bin/chromium'
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// The site as `serve --reload` runs it, in processes of its own, looked at by a real browser.
describe.skipIf(!existsSync(executablePath))('in Chromium', () => {
  let built: BuiltPackage
  let site: TestSite
  let server: Serving
  let browser: Browser

  beforeAll(async () => {
    built = buildPackage()
    site = makeSite(built, files)
    server = await startServing(built, site)
    browser = await chromium.launch({ executablePath, args })
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    site?.remove()
    built?.remove()
  })

  async function visit(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    onTestFinished(() => context.close())
    context.setDefaultTimeout(10_000)
    const page = await context.newPage()
    await page.goto(server.url + path)
    return page
  }

  async function openToolbar(page: Page): Promise<FrameLocator> {
    await page.locator('tao-toolbar .handle').click()
    const frame = page.frameLocator('tao-toolbar iframe')
    await frame.locator('html[data-ready] h1').waitFor()
    return frame
  }

  async function choose(frame: FrameLocator, title: string): Promise<void> {
    await frame.locator('nav a', { hasText: title }).click()
    await frame.locator('h1', { hasText: title }).waitFor()
    await frame.locator('html[data-ready]').waitFor()
  }

  test.each(['light', 'dark'] as const)(
    '#14 every panel opens by a click, without a complaint of the browser (%s)',
    async (colorScheme) => {
      const page = await visit('/blog', { colorScheme })
      const complaints: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      const frame = await openToolbar(page)
      const seen: Record<string, string> = {}
      for (const link of await frame.locator('nav a').all()) {
        const title = (await link.textContent())!.trim().split(/\s/)[0]!
        await choose(frame, title)
        seen[title] = await frame.locator('main').innerText()
        expect(await frame.locator('nav [aria-current]').innerText()).toContain(title)
      }
      expect(Object.keys(seen)).toEqual([
        'Request',
        'Headers',
        'Performance',
        'Database',
        'Templates',
        'Routes',
        'Middleware',
        'Logs',
        'Exceptions',
        'Settings',
        'Versions',
        'Readers',
      ])
      expect(seen['Database']).toContain('apps/blog/views.ts:')
      expect(seen['Database']).toContain('3 alike')
      expect(seen['Templates']).toMatch(/extends\s+layout/)
      expect(seen['Logs']).toContain('Looked for posts')
      expect(seen['Middleware']).toMatch(/countVisits[\s\S]*visits\.ts:1[\s\S]*onlyReaders[\s\S]*blog:index/)
      expect(seen['Readers']).toMatch(/Visit number \d/)
      expect(Object.values(seen).join()).not.toMatch(/not for eyes|never to be shown|0123456789abcdef/)
      expect(complaints).toEqual([])
    },
  )

  test('#14 a command is explained where it stands', async () => {
    const page = await visit('/blog')
    const frame = await openToolbar(page)
    await choose(frame, 'Database')
    const card = frame.locator('.card', { hasText: '$in' })
    await card.getByRole('button', { name: 'Explain' }).click()
    await frame.locator('.card', { hasText: '$in' }).locator('.plan', { hasText: 'COLLSCAN' }).waitFor()
  })

  test('#14 the keyboard suffices: in by Enter, along the panels by arrows, out by Escape', async () => {
    const page = await visit('/blog')
    const handle = page.locator('tao-toolbar .handle')
    expect(await handle.getAttribute('aria-expanded')).toBe('false')
    expect(await handle.getAttribute('aria-label')).toMatch(/^Debug toolbar: GET \/blog, 200/)
    await handle.focus()
    await page.keyboard.press('Enter')
    const frame = page.frameLocator('tao-toolbar iframe')
    await frame.locator('h1').waitFor()
    const focused = (): Promise<string | undefined> =>
      frame.locator('html').evaluate("document.activeElement.textContent.trim().split(' ')[0]")
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('To')
    await frame.locator('nav a').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('Performance')
    await page.keyboard.press('Enter')
    await frame.locator('h1', { hasText: 'Performance' }).waitFor()
    await expect.poll(focused).toBe('Performance')
    await page.keyboard.press('Escape')
    await page.locator('tao-toolbar .drawer').waitFor({ state: 'hidden' })
    expect(await page.evaluate('document.activeElement.localName')).toBe('tao-toolbar')
    await page.keyboard.press('Enter')
    await page.locator('tao-toolbar .drawer').waitFor({ state: 'visible' })
  })

  test('#14 what stood open stands open on the next page, at the same panel', async () => {
    const page = await visit('/blog')
    await choose(await openToolbar(page), 'Logs')
    await page.goto(`${server.url}/blog/1`)
    const frame = page.frameLocator('tao-toolbar iframe')
    await frame.locator('h1', { hasText: 'Logs' }).waitFor()
    expect(await frame.locator('.url').innerText()).toBe('/blog/1')
  })

  test('#14 the page is not moved, and its elements are its own', async () => {
    const page = await visit('/blog')
    await page.locator('tao-toolbar .handle').waitFor()
    const [withHandle, without, own] = await page.evaluate<unknown[]>(`(() => {
      const { documentElement: html, body } = document
      const measure = () => [html.scrollWidth, html.scrollHeight, body.clientHeight]
      const measured = measure()
      const toolbar = document.querySelector('tao-toolbar')
      toolbar.remove()
      const others = measure()
      html.append(toolbar)
      const scripts = document.querySelectorAll('script[data-toolbar]').length
      return [measured, others, { scripts, last: body.lastElementChild.localName }]
    })()`)
    expect(withHandle).toEqual(without)
    expect(own).toEqual({ scripts: 0, last: 'footer' })
    const before = await page.locator('h1').boundingBox()
    await openToolbar(page)
    expect(await page.locator('h1').boundingBox()).toEqual(before)
  })

  test('#14 requests of scripts and redirects are in the history', async () => {
    const page = await visit('/')
    await page.locator('tao-toolbar .handle').waitFor()
    await page.evaluate(`fetch('/api').then((answer) => answer.text()).then(() => new Promise((resolve) => {
      const request = new XMLHttpRequest()
      request.onloadend = () => resolve()
      request.open('GET', '/boom')
      request.send()
    }))`)
    await page.locator('tao-toolbar .more', { hasText: '+2' }).waitFor()
    const frame = await openToolbar(page)
    await frame.locator('#history').click()
    await frame.locator('html[data-ready] .history').waitFor()
    const rows = await frame.locator('.history tbody tr').allInnerTexts()
    expect(rows.slice(0, 4).map((row) => row.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/GET \/boom 500 .* fetch$/),
      expect.stringMatching(/GET \/api 200 .* fetch$/),
      expect.stringMatching(/GET \/blog 200 .* page$/),
      expect.stringMatching(/GET \/ → \/blog 302 .* page$/),
    ])
    await page.evaluate("fetch('/api').then((answer) => answer.text())")
    await frame.locator('.history tbody tr').first().getByText('/api').waitFor()
    await frame.locator('.history a', { hasText: '/boom' }).first().click()
    await choose(frame, 'Exceptions')
    await frame.getByText('The kettle is empty').first().waitFor()
  })

  test('#14 the switch holds a redirect until it is followed', async () => {
    const page = await visit('/blog')
    const frame = await openToolbar(page)
    await frame.locator('#history').click()
    await frame.getByRole('switch', { name: 'Hold redirects' }).click()
    await frame.locator('#hold[aria-checked="true"]').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('input[name=title]').fill('First flush')
    await page.locator('input[name=password]').fill('hush')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'This redirect is held' }).waitFor()
    const held = await openToolbar(page)
    await choose(held, 'Request')
    const text = await held.locator('main').innerText()
    expect(text).toContain('First flush')
    expect(text).toContain('302 Found')
    expect(text).not.toContain('hush')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Follow it' }).click()
    await page.getByRole('heading', { name: 'First flush' }).waitFor()
  })

  test('#14 under a policy that takes no frames it opens in a tab of its own', async () => {
    const page = await visit('/strict')
    await page.locator('tao-toolbar .handle').click()
    await page.locator('tao-toolbar .drawer').waitFor({ state: 'hidden' })
    const [tab] = await Promise.all([page.waitForEvent('popup'), page.locator('tao-toolbar .handle').click()])
    await tab.locator('h1', { hasText: 'Request' }).waitFor()
    expect(await tab.locator('#close').isVisible()).toBe(false)
  })

  test('#14 after a save the page comes back with the toolbar as it stood', async () => {
    const page = await visit('/blog')
    await choose(await openToolbar(page), 'Templates')
    site.write({
      'apps/blog/views.ts': files['apps/blog/views.ts']!.replace('All the tea', 'All the coffee'),
    })
    await page.getByRole('heading', { name: 'All the coffee' }).waitFor()
    const frame = page.frameLocator('tao-toolbar iframe')
    await frame.locator('h1', { hasText: 'Templates' }).waitFor()
    expect(await frame.locator('main').innerText()).toContain('All the coffee')
  })
})
