import type { Store, StoreOptions } from '../mongo/index.ts'
import { storeNotOpened } from './errors.ts'

/**
 * Opens an embedded store: owns it, or reaches who does.
 * @throws TAO_STORE_NOT_OPENED with the store's own code in `details.reason`: read-only, full, damaged, newer, held elsewhere
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = await import('../mongo/index.ts')
  try {
    return await store.openStore(options)
  } catch (error) {
    if (!(error instanceof store.StoreError)) throw error
    const { code, message, hint } = error
    throw storeNotOpened(message, { hint, details: { reason: code }, cause: error })
  }
}
