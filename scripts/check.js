// npm run check: everything that can be said of the code without running it. Every step runs, so that one round of
// mending is enough; the result is the worst of them.
import { spawnSync } from 'node:child_process'
import { install, root } from './install.js'

install()
const steps = ['build', 'types', 'lint', 'format:check', 'unused', 'pack:check']
const failed = steps.filter((step) => {
  const started = performance.now()
  const { status } = spawnSync('npm', ['run', '--silent', step], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  console.error(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${step} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  )
  return status !== 0
})
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
