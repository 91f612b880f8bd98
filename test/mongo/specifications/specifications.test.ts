import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BSON, MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore, type Store } from '../../../src/mongo/index.ts'
import type { SpecificationFile, SpecificationTest } from './file.ts'
import { exception } from './exceptions.ts'
import { NotRunnable } from './operations/not-runnable.ts'
import { isMet } from './requirements.ts'
import { runTest } from './run-test.ts'

/*
 * MongoDB's own tests of drivers, run with the official driver against the store. Their licence keeps them out of here:
 * clone https://github.com/mongodb/specifications and name its `source` folder in MONGO_SPECIFICATIONS.
 */
const FOLDER = process.env['MONGO_SPECIFICATIONS']
const SUITES = [
  'crud',
  'gridfs',
  'command-logging-and-monitoring/tests/monitoring',
  'sessions',
  'versioned-api',
  'collection-management',
  'run-command',
  'index-management',
  'read-write-concern',
  'retryable-reads/tests/unified',
  'retryable-writes/tests/unified',
]

describe.skipIf(FOLDER === undefined)(
  'MongoDB specifications (MONGO_SPECIFICATIONS names their source folder)',
  () => {
    let store: Store
    let client: MongoClient
    beforeAll(async () => {
      store = await openStore({ memory: true, name: 'spec', failPoints: true })
      client = await MongoClient.connect(store.uri)
    })
    afterAll(async () => {
      await client.close()
      await store.close()
    })

    for (const suite of FOLDER === undefined ? [] : SUITES) {
      for (const [name, file] of filesOf(join(FOLDER as string, suite))) {
        describe(`${suite.split('/')[0]}/${name}`, () => {
          for (const one of file.tests) {
            const known = exception(`${name}/${one.description}`)
            test(
              known === undefined ? one.description : `${one.description} (fails: ${known})`,
              async (context) => {
                const reason = reasonToSkip(file, one)
                if (reason !== undefined) context.skip(reason)
                const outcome = await runTest(file, one, store.uri, client).then(
                  () => undefined,
                  (error: unknown) => error,
                )
                if (outcome instanceof NotRunnable) context.skip(outcome.message)
                if (known === undefined && outcome !== undefined) throw outcome
                // One that holds again has no place in the list.
                if (known !== undefined) expect(outcome).toBeInstanceOf(Error)
              },
            )
          }
        })
      }
    }
  },
)

/** The files of a suite in the unified format; what else lies there are tests of the driver's parts. */
function filesOf(folder: string): [name: string, file: SpecificationFile][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path): [string, SpecificationFile] => [
      (path.split('/').at(-1) as string).slice(0, -'.json'.length),
      BSON.EJSON.parse(readFileSync(join(folder, path), 'utf8')) as SpecificationFile,
    ])
    .filter(([, { schemaVersion }]) => schemaVersion !== undefined)
}

function reasonToSkip(file: SpecificationFile, one: SpecificationTest): string | undefined {
  if (one.skipReason !== undefined) return one.skipReason
  if (!isMet(file.runOnRequirements) || !isMet(one.runOnRequirements)) return 'not for a standalone 8.0'
  return undefined
}
