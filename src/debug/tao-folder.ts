import { fileURLToPath } from 'node:url'

/** The folder of tao's own package, without a separator at its end. */
export const taoFolder: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')
