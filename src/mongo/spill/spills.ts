import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSpillFile, type SpillFile } from './spill-file.ts'

const PREFIX = 'spill-'

/** Makes the files of one store for what does not fit in memory: beside its data, or in the temporary folder. */
export class Spills {
  private readonly folder: string
  private next = 0

  constructor(folder: string | undefined) {
    this.folder = folder ?? tmpdir()
    if (folder !== undefined) removeOld(folder)
  }

  open(): SpillFile {
    return openSpillFile(this.folder, `${PREFIX}${process.pid}-${Date.now().toString(36)}-${++this.next}`)
  }
}

/** Only Windows leaves some, of a process that was killed. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(PREFIX)) rmSync(join(folder, name), { force: true })
  }
}
