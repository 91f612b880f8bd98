import type { Document } from 'mongodb'
import type { Entities } from '../entities.ts'

/** One call of the driver: what it is called on, the arguments of the operation, the other entities. */
export type Call<T> = (target: T, given: Document, entities: Entities) => unknown
