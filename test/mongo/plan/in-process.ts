import { decode, encode } from '../../../src/mongo/bson/codec.ts'
import type { Doc, Value } from '../../../src/mongo/bson/value.ts'
import { Catalog } from '../../../src/mongo/catalog/catalog.ts'
import { Data } from '../../../src/mongo/collection/data.ts'
import type { StoreState } from '../../../src/mongo/commands/command.ts'
import { dispatch, newClient } from '../../../src/mongo/commands/dispatch.ts'
import { Operations } from '../../../src/mongo/commands/operations.ts'
import { Cursors } from '../../../src/mongo/cursor/cursors.ts'
import { Spills } from '../../../src/mongo/spill/spills.ts'
import { openMemoryEngine } from '../../../src/mongo/storage/memory-engine.ts'
import { NO_SEQUENCES } from '../../../src/mongo/wire/op-msg.ts'

/** Runs a command on a database `db`. @returns the reply, errors too */
export type RunCommand = (fields: Record<string, Value>) => Promise<Doc>

/** A store in memory that is asked without a socket and a driver between: thousands of commands a second. */
export function storeInProcess(): RunCommand {
  const data = new Data(openMemoryEngine())
  const store: StoreState = {
    data,
    catalog: new Catalog(data),
    cursors: new Cursors(),
    operations: new Operations(),
    spills: new Spills(undefined),
    started: new Date(),
    folder: undefined,
    connections: { open: 1, made: 1 },
    served: new Map(),
  }
  const client = newClient(1)
  return async (fields) => {
    const body = encode(
      new Map(Object.entries({ ...fields, ...(fields['$db'] === undefined ? { $db: 'db' } : {}) })),
    )
    return decode(await dispatch({ body, sequences: NO_SEQUENCES, silent: false }, false, store, client))
  }
}
