import type { ClientSession, Document } from 'mongodb'
import type { Call } from './call.ts'

export const sessionOperations: Readonly<Record<string, Call<ClientSession>>> = {
  startTransaction: (target, given) => {
    target.startTransaction(given)
  },
  commitTransaction: (target) => target.commitTransaction(),
  abortTransaction: (target) => target.abortTransaction(),
  endSession: (target) => target.endSession(),
  getSnapshotTime: (target) => (target as { snapshotTime?: Document }).snapshotTime,
}
