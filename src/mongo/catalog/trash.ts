import type { Data } from '../collection/data.ts'
import { indexRange, recordRange, settingKey, settingName } from '../storage/keys.ts'

const CHUNK = 1000

/** What was dropped: gone for everyone at once, cleared away piece by piece. */
export class Trash {
  private readonly data: Data
  private working: Promise<void> | undefined
  private stopped = false

  constructor(data: Data) {
    this.data = data
  }

  /** Marks the documents of a collection or the entries of an index as gone; part of the caller's commit. */
  add(kind: 'records' | 'index', ident: number): void {
    this.data.engine.put(settingKey(`trash ${kind} ${ident}`), Buffer.alloc(0))
  }

  /** Clears what lies there, between other work. */
  empty(): void {
    this.working ??= this.work().finally(() => {
      this.working = undefined
    })
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.working
  }

  private async work(): Promise<void> {
    const [from, to] = [settingKey('trash '), settingKey('trash!')]
    for (;;) {
      const next = this.data.engine.scan(from, to, { limit: 1 })[0]
      if (!next || this.stopped) return
      const [, kind, ident] = settingName(next.key).split(' ')
      const range = kind === 'records' ? recordRange(Number(ident)) : indexRange(Number(ident))
      try {
        await this.clear(range)
        if (this.stopped) return
        this.data.engine.remove(next.key)
        this.data.commit()
      } catch {
        // The store takes no writes any more; the next start goes on here.
        return
      }
    }
  }

  private async clear([from, to]: [string, string]): Promise<void> {
    while (!this.stopped) {
      const entries = this.data.engine.scan(from, to, { limit: CHUNK })
      if (entries.length === 0) return
      for (const { key } of entries) this.data.engine.remove(key)
      this.data.commit()
      await this.data.engine.ready()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
