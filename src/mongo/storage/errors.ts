/** Why a data folder cannot be used; permanent codes. */
export type StoreErrorCode =
  | 'STORE_CORRUPT'
  | 'STORE_FULL'
  | 'STORE_HELD'
  | 'STORE_NEWER'
  | 'STORE_PATH'
  | 'STORE_READ_ONLY'
  | 'STORE_UNUSABLE'

/** An error of the store itself, before or beneath any command: one sentence, and what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  readonly hint: string | undefined

  constructor(code: StoreErrorCode, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StoreError'
    this.code = code
    this.hint = hint
  }
}

export function diskFull(folder: string, cause?: unknown): StoreError {
  return new StoreError(
    'STORE_FULL',
    `The disk that holds ${folder} is full.`,
    'Free some space; nothing is lost.',
    cause,
  )
}

/** Whether more space is all that is missing. */
export function isFull(error: StoreError): boolean {
  return error.code === 'STORE_FULL'
}

/** Turns a failed file operation on the data folder into the sentence a user can act on. */
export function storeError(folder: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const cause = error as NodeJS.ErrnoException
  const message = cause.message ?? String(error)
  if (
    cause.code === 'ENOSPC' ||
    cause.code === 'EDQUOT' ||
    /no space left|MDB_MAP_FULL|quota/i.test(message)
  ) {
    return diskFull(folder, error)
  }
  if (cause.code === 'EFBIG') {
    return new StoreError(
      'STORE_FULL',
      `A file in ${folder} has reached the size this process may write.`,
      'Raise the limit (ulimit -f) and start again; nothing is lost.',
      error,
    )
  }
  if (
    cause.code === 'EACCES' ||
    cause.code === 'EPERM' ||
    cause.code === 'EROFS' ||
    /permission denied|read-only file/i.test(message)
  ) {
    return new StoreError(
      'STORE_READ_ONLY',
      `The data folder ${folder} cannot be written to.`,
      'Give this user the right to write there, or name another folder.',
      error,
    )
  }
  if (cause.code === 'ENOTDIR' || cause.code === 'EEXIST') {
    return new StoreError(
      'STORE_UNUSABLE',
      `The data folder ${folder} is not a folder.`,
      'Name a folder, or remove the file in its place.',
      error,
    )
  }
  if (
    /MDB_INVALID|MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_VERSION_MISMATCH|MDB_PANIC|MDB_BAD|corrupt/i.test(
      message,
    )
  ) {
    return new StoreError(
      'STORE_CORRUPT',
      `The data in ${folder} is damaged: ${message}.`,
      'Restore the folder from a backup.',
      error,
    )
  }
  return new StoreError(
    'STORE_UNUSABLE',
    `The data folder ${folder} cannot be used: ${message}.`,
    undefined,
    error,
  )
}
