import type { Data } from '../collection/data.ts'
import { indexRange, recordRange, settingKey, settingName } from '../storage/keys.ts'

const CHUNK = 1000
const RETRY_MS = 5000

type Kind = 'records' | 'index'

/** What was dropped: gone for everyone at once, cleared away piece by piece. */
export class Trash {
  private readonly data: Data
  private working: Promise<void> | undefined
  private retry: NodeJS.Timeout | undefined
  /** What could not even be marked when it went. */
  private owed: [Kind, number][] = []
  private stopped = false

  constructor(data: Data) {
    this.data = data
  }

  /** Marks the documents of a collection or the entries of an index as gone; part of the caller's commit. */
  add(kind: Kind, ident: number): void {
    this.data.engine.put(settingKey(`trash ${kind} ${ident}`), Buffer.alloc(0))
  }

  /** As `add`, where a commit has just failed: it is marked when there is room again. */
  owe(kind: Kind, ident: number): void {
    this.owed.push([kind, ident])
    this.empty()
  }

  /** Clears what lies there, between other work. */
  empty(): void {
    if (this.stopped) return
    clearTimeout(this.retry)
    this.working ??= this.work().finally(() => {
      this.working = undefined
    })
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.retry)
    await this.working
  }

  private async work(): Promise<void> {
    try {
      this.mark()
      const [from, to] = [settingKey('trash '), settingKey('trash!')]
      for (;;) {
        const next = this.data.engine.scan(from, to, { limit: 1 })[0]
        if (!next || this.stopped) return
        const [, kind, ident] = settingName(next.key).split(' ')
        await this.clear(kind === 'records' ? recordRange(Number(ident)) : indexRange(Number(ident)))
        if (this.stopped) return
        this.data.engine.remove(next.key)
        this.data.commit()
      }
    } catch {
      // A full disk may get room; of a store that takes no writes any more the next start clears the rest.
      if (!this.data.engine.failure && !this.stopped)
        this.retry = setTimeout(() => this.empty(), RETRY_MS).unref()
    }
  }

  private mark(): void {
    if (this.owed.length === 0) return
    for (const [kind, ident] of this.owed) this.add(kind, ident)
    this.data.commit()
    this.owed = []
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
