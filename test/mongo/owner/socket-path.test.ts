import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { folderSocketPath, isUsable } from '../../../src/mongo/owner/socket-path.ts'

/** Nobody, not even root, makes a folder there: it is a file. */
const nowhere = fileURLToPath(import.meta.url)

test.runIf(process.platform !== 'win32')(
  'without a temporary folder to write to the socket is in the data folder, and where that is too deep the reason is told',
  () => {
    const data = realpathSync(mkdtempSync(join(tmpdir(), 'd-')))
    onTestFinished(() => rmSync(data, { recursive: true }))
    const path = folderSocketPath(data, [nowhere])
    expect([path.startsWith(join(data, 'socket/')), isUsable(path)]).toEqual([true, true])
    expect(statSync(join(data, 'socket')).mode & 0o777).toBe(0o700)
    const deep = join(data, 'x'.repeat(100))
    mkdirSync(deep)
    expect(() => folderSocketPath(deep, [nowhere])).toThrow(
      `The temporary folder ${nowhere} cannot be written to, and the store needs a place for its socket.`,
    )
  },
)
