// A site as `tao new-project` makes them, with every default on, as `tao serve` runs it in production: with the URL of a
// MongoDB, which is connected to when a view asks, and here none does. The others have no database either.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const checkout = fileURLToPath(new URL('../../../..', import.meta.url))

export async function start({ folder }) {
  const { buildSite } = await import(pathToFileURL(join(checkout, 'dist', 'index.js')).href)
  const env = { NODE_ENV: 'production', SECRET_KEY: 'measuring needs a key of 32 characters and more' }
  const site = await buildSite({
    root: folder,
    mode: 'production',
    env,
    flags: { database: 'mongodb://127.0.0.1/bench' },
  })
  return Number(new URL((await site.listen({ host: '127.0.0.1', port: 0 })).url).port)
}
