import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'oxc-transform'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * base/ and project/ as plain JavaScript in a folder of their own: what a real Node process of a site runs, where the
 * runner of these tests would load TypeScript its own way. The caller removes the folder.
 */
export function compileProjectFolder(): string {
  const out = realpathSync(mkdtempSync(join(tmpdir(), 'tao-compiled-')))
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }')
  symlinkSync(join(root, 'node_modules'), join(out, 'node_modules'))
  for (const folder of ['base', 'project']) {
    mkdirSync(join(out, folder))
    for (const name of readdirSync(join(root, 'src', folder)).filter((name) => name.endsWith('.ts'))) {
      const text = readFileSync(join(root, 'src', folder, name), 'utf8')
      const { code } = transformSync(name, text, { typescript: { rewriteImportExtensions: 'rewrite' } })
      writeFileSync(join(out, folder, name.replace(/\.ts$/, '.js')), code)
    }
  }
  return out
}

/** Runs a script that may import from the compiled `project`, and returns what it prints as JSON. */
export async function runScript(
  compiled: string,
  cwd: string,
  body: string,
  node: string = process.execPath,
): Promise<unknown> {
  const door = JSON.stringify(join(compiled, 'project/index.js'))
  const script = `import * as project from ${door}\nconst print = (value) => console.log(JSON.stringify(value))\n${body}`
  const { stdout } = await new Promise<{ stdout: string }>((resolve, reject) => {
    execFile(node, ['--input-type=module', '-e', script], { cwd }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`))
      else resolve({ stdout })
    })
  })
  return JSON.parse(stdout) as unknown
}
