import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Disk {
  readonly folder: string
  remove(): void
}

/** A small disk of its own, as root may make one; undefined where that is not allowed. */
export function mountDisk(kind: 'tmpfs' | 'ext4', megabytes: number): Disk | undefined {
  const base = mkdtempSync(join(tmpdir(), 'tao-disk-'))
  const folder = join(base, 'disk')
  mkdirSync(folder)
  const remove = (): void => {
    spawnSync('umount', [folder])
    rmSync(base, { recursive: true })
  }
  try {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('only root may mount')
    if (kind === 'tmpfs') run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)
    else {
      const image = join(base, 'image')
      writeFileSync(image, '')
      truncateSync(image, megabytes * 1024 * 1024)
      run('mkfs.ext4', '-q', image)
      run('mount', '-o', 'loop', image, folder)
    }
    return { folder, remove }
  } catch {
    remove()
    return undefined
  }
}

/** Whether such disks can be made here. */
export function canMount(kind: 'tmpfs' | 'ext4'): boolean {
  const disk = mountDisk(kind, 4)
  disk?.remove()
  return disk !== undefined
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'ignore' })
}
