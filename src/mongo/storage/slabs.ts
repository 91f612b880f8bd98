import { randomFill } from 'node:crypto'

/** A power of two, so that a place is the number of a slab and an offset in one small integer. */
export const SLAB_BITS = 18
export const SLAB: number = 1 << SLAB_BITS

/**
 * Memory for frames, always one slab ahead. A page of it that is touched for the first time stops whoever touches it
 * until the system has found one, some tens of microseconds on a virtual machine; so a thread of the pool touches them
 * before they are needed.
 */
export class Slabs {
  private spare: Buffer | undefined
  private preparing = false

  /** @returns at least `need` bytes, whatever they hold */
  take(need: number): Buffer {
    if (need > SLAB) return Buffer.allocUnsafeSlow(need)
    const slab = this.spare ?? Buffer.allocUnsafeSlow(SLAB)
    this.spare = undefined
    this.prepare()
    return slab
  }

  private prepare(): void {
    if (this.preparing) return
    this.preparing = true
    randomFill(Buffer.allocUnsafeSlow(SLAB), (error, slab) => {
      this.preparing = false
      if (!error) this.spare = slab
    })
  }
}
