#!/usr/bin/env node
// Checked before anything is imported: an older Node would stop at the first word it does not know.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error('error: tao needs Node.js 20.19 or newer, and this is Node.js ' + process.versions.node + '.')
  console.error('hint:  Install a newer one from https://nodejs.org, or choose it with your version manager.')
  process.exit(1)
}
import('../dist/cli.js').then(
  ({ runCli }) => runCli(process.argv.slice(2)),
  (error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    console.error('error: ' + error.message.split('\n')[0])
    console.error('hint:  In a checkout of tao, npm run build makes dist/; elsewhere, install tao1 again.')
    process.exit(1)
  },
)
