import type { Document } from 'mongodb'

/** A file of the unified test format, as far as the suites read here use it. */
export interface SpecificationFile {
  readonly description: string
  readonly schemaVersion: string
  readonly runOnRequirements?: readonly Requirement[]
  readonly createEntities?: readonly Document[]
  readonly initialData?: readonly CollectionData[]
  readonly tests: readonly SpecificationTest[]
}

export interface SpecificationTest {
  readonly description: string
  readonly runOnRequirements?: readonly Requirement[]
  readonly skipReason?: string
  readonly operations: readonly Operation[]
  readonly expectEvents?: readonly ExpectedEvents[]
  readonly outcome?: readonly CollectionData[]
}

export interface Requirement {
  readonly minServerVersion?: string
  readonly maxServerVersion?: string
  readonly topologies?: readonly string[]
  readonly auth?: boolean
  readonly serverless?: string
  readonly serverParameters?: Document
}

export interface CollectionData {
  readonly databaseName: string
  readonly collectionName: string
  readonly createOptions?: Document
  readonly documents: readonly Document[]
}

export interface Operation {
  readonly name: string
  readonly object: string
  readonly arguments?: Document
  readonly expectResult?: unknown
  readonly expectError?: Document
  readonly ignoreResultAndError?: boolean
  readonly saveResultAsEntity?: string
}

export interface ExpectedEvents {
  readonly client: string
  readonly eventType?: string
  readonly events: readonly Document[]
  readonly ignoreExtraEvents?: boolean
}
