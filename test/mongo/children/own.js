// Opens the store of a folder, says on stdout what it became, and lives until it is told to close or killed.
import { openStore } from '../../../dist/mongo/index.js'

const store = await openStore({ folder: process.argv[2] })
process.stdout.write(`${store.owner ? 'owner' : 'guest'} ${store.uri}\n`)
process.stdin.on('data', () => void store.close().then(() => process.exit(0)))
