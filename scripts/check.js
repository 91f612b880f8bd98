// npm run check: everything that can be said of the code without running it. Every step runs, so that one round of
// mending is enough; the result is the worst of them. Two at a time: some steps have one thread, and a machine has more.
import { spawn } from 'node:child_process'
import { install, root } from './install.js'

install()
const failed = []

/** What it prints comes in one piece, when it is over. */
async function check(step) {
  const started = performance.now()
  const child = spawn('npm', ['run', '--silent', step], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (printed += text))
  const code = await new Promise((resolve) => child.once('close', resolve))
  process.stderr.write(printed)
  if (code !== 0) failed.push(step)
  console.error(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${step} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  )
}

await check('build')
const waiting = ['pack:check', 'types', 'lint', 'unused', 'format:check']
async function work() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await check(step)
}
await Promise.all([work(), work()])
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
