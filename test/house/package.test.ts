import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import * as door from '../../src/index.ts'
import * as testing from '../../src/testing/index.ts'
import { checkout } from './source-files.ts'

const run = promisify(execFile)

test('the public names are these: adding one is a decision, taking one away a break', () => {
  expect({
    tao1: Object.keys(door).toSorted(),
    'tao1/testing': Object.keys(testing).toSorted(),
  }).toMatchInlineSnapshot(`
    {
      "tao1": [
        "BadGateway",
        "BadRequest",
        "Conflict",
        "ContentTooLarge",
        "Forbidden",
        "GatewayTimeout",
        "Gone",
        "HttpError",
        "HttpResponse",
        "InternalServerError",
        "MethodNotAllowed",
        "NotAcceptable",
        "NotFound",
        "NotImplemented",
        "PaymentRequired",
        "PreconditionFailed",
        "RequestTimeout",
        "ServiceUnavailable",
        "TaoError",
        "TooManyRequests",
        "Type",
        "Unauthorized",
        "UnprocessableContent",
        "UnsupportedMediaType",
        "action",
        "buildSite",
        "cache",
        "compress",
        "defineCommand",
        "defineSettings",
        "events",
        "file",
        "hashPassword",
        "html",
        "json",
        "logRequests",
        "login",
        "logout",
        "prefix",
        "redirect",
        "requireLogin",
        "resource",
        "responseHeaders",
        "responseTime",
        "route",
        "serveFolder",
        "stream",
        "templ",
        "text",
        "verifyPassword",
      ],
      "tao1/testing": [
        "testClient",
      ],
    }
  `)
})

test('the command line starts without the driver, the site or its templates', async () => {
  const { stderr } = await run(process.execPath, [join(checkout, 'bin', 'tao.js'), '--help'], {
    env: { ...process.env, NODE_DEBUG: 'esm,module' },
    maxBuffer: 64 << 20,
  })
  for (const heavy of ['mongodb', 'nunjucks', 'ajv', 'lmdb', 'pino']) {
    expect(stderr).not.toContain(`node_modules/${heavy}/`)
  }
})

test('dependencies have exact versions, and none wants a newer Node than ours', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(checkout, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>
  const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, range]) => !/^\d+\.\d+\.\d+$/.test(range),
  )
  expect(ranges).toEqual([])
})

test('the lock names the builds of every platform, not only of the one it was made on, so that npm ci runs on all', () => {
  const { packages } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  )
  expect(missing).toEqual([])
})
