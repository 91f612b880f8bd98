const CHECKPOINT_MS = 1000
/** A checkpoint waits for a pause between commits this long, but not longer than that. */
const PAUSE_MS = 200
const PATIENCE_MS = 5000

/** Decides when what is in memory moves into the file: in a pause between commits, or when it has waited long enough. */
export class CheckpointTimer {
  private readonly begin: () => Promise<void>
  private timer: NodeJS.Timeout | undefined
  private lastCommit = 0
  private lastBegun = performance.now()
  /** The checkpoint at work. */
  running: Promise<void> | undefined

  constructor(begin: () => Promise<void>) {
    this.begin = begin
  }

  /** Tells of a commit. */
  committed(): void {
    this.lastCommit = performance.now()
    this.later()
  }

  /** Begins one after a while. */
  later(): void {
    this.timer ??= setTimeout(() => this.beginInPause(), CHECKPOINT_MS).unref()
  }

  /** Begins one now, unless one is at work. */
  now(): void {
    if (this.running) return
    this.stop()
    this.lastBegun = performance.now()
    this.running = this.begin().finally(() => {
      this.running = undefined
    })
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** What moves now is what others wait for: while commits follow one another it can wait, for a while. */
  private beginInPause(): void {
    const now = performance.now()
    const due = now - this.lastCommit > PAUSE_MS || now - this.lastBegun > PATIENCE_MS
    if (due && !this.running) this.now()
    else this.timer = setTimeout(() => this.beginInPause(), PAUSE_MS).unref()
  }
}
