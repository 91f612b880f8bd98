// Lets the measurements import the source on every line of Node: node --import ./test/bench/typescript.js FILE.ts
import { readFileSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { transformSync } from 'oxc-transform'

if (isMainThread) register(import.meta.url)

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const file = fileURLToPath(url)
  const { code } = transformSync(file, readFileSync(file, 'utf8'))
  return { format: 'module', shortCircuit: true, source: code }
}
