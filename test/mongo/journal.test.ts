import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { MongoClient } from 'mongodb'
import { expect, test } from 'vitest'

const hasStrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

test.skipIf(!hasStrace)(
  'With `j: true` the disk has the write before the client hears of it (strace).',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tao-journal-'))
    const trace = join(folder, 'trace')
    const script = fileURLToPath(new URL('children/own.js', import.meta.url))
    const calls = ['-f', '-s', '300', '-o', trace, '-e', 'trace=pwrite64,write,writev,fdatasync']
    const owner = spawn('strace', [...calls, process.execPath, script, join(folder, 'data')])
    const ended = once(owner, 'exit')
    try {
      const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string]
      const client = await MongoClient.connect(line.split(' ')[1] as string)
      const rows = client.db('test').collection<{ _id: string }>('rows')
      await rows.insertOne({ _id: 'first' })
      for (const _id of ['JOURNALED-1', 'JOURNALED-2'])
        await rows.insertOne({ _id }, { writeConcern: { j: true } })
      await client.close()
    } finally {
      owner.stdin.write('close\n')
      await ended
    }
    const lines = (await readFile(trace, 'utf8')).split('\n')
    for (const id of ['JOURNALED-1', 'JOURNALED-2']) {
      const logged = lines.findIndex((line) => /pwrite64\(\d+, /.test(line) && line.includes(id))
      const file = /pwrite64\((\d+),/.exec(lines[logged] as string)?.[1] as string
      const after = lines.slice(logged + 1)
      const synced = after.findIndex((line) => line.includes(`fdatasync(${file}`))
      const isWhole = (line: string): boolean => /fdatasync.*= 0/.test(line)
      const done = after.findIndex((line, at) => at >= synced && isWhole(line))
      const answered = after.findIndex((line) => /writev?\(\d+, .*\\1ok/.test(line))
      expect([logged >= 0, synced >= 0, done >= synced, answered > done]).toEqual([true, true, true, true])
    }
    await rm(folder, { recursive: true })
  },
)
