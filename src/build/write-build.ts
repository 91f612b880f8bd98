import { copy, ensureDir, remove } from 'fs-extra/esm'
import { existsSync, readdirSync, renameSync } from 'node:fs'
import { rm, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isRunning } from '../base/running.ts'
import { RECORD, type BuildRecord } from '../project/index.ts'

export interface BuildContents {
  /** Texts by their paths. */
  files: ReadonlyMap<string, string>
  /** Where files come from that are taken as they are, by their paths in the build. */
  copies: ReadonlyMap<string, string>
  record: BuildRecord
  /** When the sources began to be read. */
  startedAt: Date
}

/** Everything of a build, in a folder beside the one it is for. */
export interface StagedBuild {
  /** Takes the place of the build that is there, in one step as far as a file system has one. */
  putInPlace(): Promise<void>
  /** Leaves the build that is there as it was. */
  discard(): Promise<void>
}

/**
 * Writes a build beside `folder`.
 * @throws whatever the disk throws; the signal's reason when it is aborted. Nothing is left behind then
 */
export async function stageBuild(
  folder: string,
  { files, copies, record, startedAt }: BuildContents,
  signal: AbortSignal | undefined,
): Promise<StagedBuild> {
  const beside = dirname(folder)
  await ensureDir(beside)
  await removeLeftovers(beside)
  const staged = join(beside, `.build.${process.pid}.${startedAt.getTime().toString(36)}.tmp`)
  const discard = (): Promise<void> => rm(staged, { recursive: true, force: true })
  try {
    for (const [path, text] of files) {
      signal?.throwIfAborted()
      await ensureDir(dirname(join(staged, path)))
      await writeFile(join(staged, path), text)
    }
    for (const [path, file] of copies) {
      signal?.throwIfAborted()
      await copy(file, join(staged, path), { dereference: true, preserveTimestamps: true })
    }
    await writeFile(join(staged, RECORD), `${JSON.stringify(record)}\n`)
    // What changes while the build is made is newer than the build, then.
    await utimes(join(staged, RECORD), startedAt, startedAt)
    signal?.throwIfAborted()
  } catch (error) {
    await discard()
    throw error
  }
  return { discard, putInPlace: () => swap(staged, folder) }
}

async function swap(staged: string, folder: string): Promise<void> {
  if (!existsSync(folder)) return renameSync(staged, folder)
  const old = staged.replace(/\.tmp$/, '.old')
  renameSync(folder, old)
  try {
    renameSync(staged, folder)
  } catch (error) {
    renameSync(old, folder)
    throw error
  }
  // The new one is in place: that the old one could not be removed is left to the next build.
  await remove(old).catch(() => {})
}

/** What builds left behind that were killed. */
async function removeLeftovers(beside: string): Promise<void> {
  for (const name of readdirSync(beside)) {
    const pid = /^\.build\.(\d+)\.\w+\.(?:tmp|old)$/.exec(basename(name))?.[1]
    const isLeft = pid !== undefined && (Number(pid) === process.pid || !isRunning(Number(pid)))
    if (isLeft) await remove(join(beside, name))
  }
}
