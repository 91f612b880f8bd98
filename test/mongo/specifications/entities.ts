import {
  ClientSession,
  Collection,
  Db,
  GridFSBucket,
  MongoClient,
  type Document,
  type MongoClientOptions,
} from 'mongodb'
import { Observed } from './observed.ts'

type Maker = (spec: Document) => unknown

/** What a test calls by name: clients, databases, collections, buckets, sessions, cursors, results. */
export class Entities {
  private readonly uri: string
  /** For looks at the store that are no part of what a test's clients are seen to do. */
  readonly aside: MongoClient
  private readonly made = new Map<string, unknown>()
  private readonly observed = new Map<string, Observed>()
  private readonly makers: Readonly<Record<string, Maker>> = {
    client: (spec) => this.makeClient(spec),
    database: (spec) =>
      this.client(spec['client'] as string).db(spec['databaseName'] as string, options(spec)),
    collection: (spec) =>
      this.database(spec['database'] as string).collection(spec['collectionName'] as string, options(spec)),
    bucket: (spec) => new GridFSBucket(this.database(spec['database'] as string), options(spec)),
    session: (spec) => this.client(spec['client'] as string).startSession(options(spec)),
  }

  constructor(uri: string, aside: MongoClient) {
    this.uri = uri
    this.aside = aside
  }

  create(specs: readonly Document[]): void {
    for (const one of specs) {
      for (const [kind, spec] of Object.entries(one) as [string, Document][]) {
        const make = this.makers[kind]
        if (!make) throw new Error(`the runner knows no entity of kind ${kind}`)
        this.add(spec['id'] as string, make(spec))
      }
    }
  }

  add(id: string, entity: unknown): void {
    this.made.set(id, entity)
  }

  get(id: string): unknown {
    if (!this.made.has(id)) throw new Error(`there is no entity ${id}`)
    return this.made.get(id)
  }

  client(id: string): MongoClient {
    return this.typed(id, MongoClient)
  }

  database(id: string): Db {
    return this.typed(id, Db)
  }

  collection(id: string): Collection {
    return this.typed(id, Collection)
  }

  session(id: string): ClientSession {
    return this.typed(id, ClientSession)
  }

  events(client: string): Observed {
    return this.observed.get(client) as Observed
  }

  async close(): Promise<void> {
    for (const entity of this.made.values()) if (entity instanceof ClientSession) await entity.endSession()
    for (const entity of this.made.values()) if (entity instanceof MongoClient) await entity.close()
  }

  private makeClient(spec: Document): MongoClient {
    const client = new MongoClient(this.uri, {
      ...(spec['uriOptions'] as MongoClientOptions | undefined),
      ...(spec['serverApi'] === undefined ? {} : { serverApi: serverApi(spec['serverApi'] as Document) }),
      monitorCommands: true,
    })
    this.observed.set(spec['id'] as string, new Observed(client, spec))
    return client
  }

  private typed<T>(id: string, kind: abstract new (...args: never[]) => T): T {
    const entity = this.get(id)
    if (!(entity instanceof kind)) throw new Error(`${id} is no ${kind.name}`)
    return entity
  }
}

function serverApi(spec: Document): NonNullable<MongoClientOptions['serverApi']> {
  return spec as { version: '1'; strict?: boolean; deprecationErrors?: boolean }
}

function options(spec: Document): Document {
  const given =
    spec['databaseOptions'] ??
    spec['collectionOptions'] ??
    spec['bucketOptions'] ??
    spec['sessionOptions'] ??
    {}
  return given as Document
}
