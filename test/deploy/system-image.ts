import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const libraries = ['librt.so.1', 'libutil.so.1', 'libresolv.so.2', 'libdl.so.2', 'libpthread.so.0']
const programs = ['sh', 'mkdir', 'chown', 'cat', 'id', 'ls']
const certificates = process.env['NODE_EXTRA_CA_CERTS']

/**
 * What stands for Docker's `node:XX-slim` where no registry of images is: Node, npm and a shell of this machine, and a
 * user `node`.
 * @returns its environment
 */
export function fillSystemImage(folder: string): Record<string, string> {
  for (const path of [
    'usr/bin',
    'usr/local/bin',
    'usr/local/lib/node_modules',
    'bin',
    'etc',
    'root',
    'home/node',
  ])
    mkdirSync(join(folder, path), { recursive: true })
  mkdirSync(join(folder, 'tmp'))
  chmodSync(join(folder, 'tmp'), 0o1777)
  const files = [process.execPath, ...programs.map(found)]
  cpSync(process.execPath, join(folder, 'usr/local/bin/node'))
  for (const file of files.slice(1)) cpSync(realpathSync(file), join(folder, 'bin', basename(file)))
  for (const library of files.flatMap(librariesOf)) place(folder, library)
  const system = dirname(files.flatMap(librariesOf).find((file) => file.includes('libc.so'))!)
  for (const name of libraries) if (existsSync(join(system, name))) place(folder, join(system, name))
  // Packages ask it which C library they are on.
  place(folder, '/usr/bin/ldd')
  cpSync(found('env'), join(folder, 'usr/bin/env'))
  cpSync(dirname(dirname(realpathSync(found('npm')))), join(folder, 'usr/local/lib/node_modules/npm'), {
    recursive: true,
  })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'))
  writeFileSync(
    join(folder, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  )
  writeFileSync(join(folder, 'etc/group'), 'root:x:0:\nnode:x:1000:\n')
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin' }
  if (certificates === undefined) return env
  place(folder, certificates)
  return { ...env, NODE_EXTRA_CA_CERTS: certificates }
}

function place(folder: string, file: string): void {
  mkdirSync(join(folder, dirname(file)), { recursive: true })
  cpSync(realpathSync(file), join(folder, file))
}

function found(program: string): string {
  return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
}

function librariesOf(file: string): string[] {
  const listed = execFileSync('ldd', [file], { encoding: 'utf8' })
  return [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!)
}
