import { resolve } from 'node:path'
import { openStore } from '../database/index.ts'
import type { Store } from '../mongo/index.ts'

/** The embedded stores of the site, owned by the parent: a restart finds them open, warm and unlocked. */
export interface StoreKeeper {
  /**
   * Opens what `settings.database` names, once; a URL of a real server asks for nothing.
   * @returns the folder that must not be watched, when there is one
   */
  open(url: string): Promise<string | undefined>
  close(): Promise<void>
}

export function createStoreKeeper(root: string): StoreKeeper {
  const stores = new Map<string, Promise<Store>>()
  return {
    async open(url) {
      const folder = /^embedded:(.+)$/.exec(url)?.[1]
      if (folder === undefined) return undefined
      const path = resolve(root, folder)
      const opening = stores.get(path) ?? openStore({ folder: path })
      stores.set(path, opening)
      try {
        await opening
      } catch (error) {
        stores.delete(path)
        throw error
      }
      return path
    },
    async close() {
      const opened = await Promise.allSettled(stores.values())
      stores.clear()
      await Promise.all(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])))
    },
  }
}
