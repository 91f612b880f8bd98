import { MongoError } from '../../bson/errors.ts'
import type { Doc } from '../../bson/value.ts'
import { writeError } from '../replies.ts'

/**
 * Runs the statements of a write one after another, without a promise as long as none of them needs one.
 *
 * @param run answers with what `take` is to add up
 * @param ordered whether the first that fails is the last
 * @returns the errors, as members of `writeErrors`
 * @throws what fails the command as a whole: a full disk, a view
 */
export function inTurn<S, T>(
  statements: readonly S[],
  ordered: boolean,
  run: (statement: S) => T | Promise<T>,
  take: (result: T, index: number) => void,
): Doc[] | Promise<Doc[]> {
  const errors: Doc[] = []
  for (const [index, statement] of statements.entries()) {
    try {
      const outcome = run(statement)
      if (outcome instanceof Promise) return goOn(outcome, index, statements, ordered, run, take, errors)
      take(outcome, index)
    } catch (error) {
      if (note(error, index, errors) && ordered) break
    }
  }
  return errors
}

async function goOn<S, T>(
  first: Promise<T>,
  from: number,
  statements: readonly S[],
  ordered: boolean,
  run: (statement: S) => T | Promise<T>,
  take: (result: T, index: number) => void,
  errors: Doc[],
): Promise<Doc[]> {
  for (let index = from; index < statements.length; index++) {
    try {
      take(await (index === from ? first : run(statements[index] as S)), index)
    } catch (error) {
      if (note(error, index, errors) && ordered) break
    }
  }
  return errors
}

function note(error: unknown, index: number, errors: Doc[]): true {
  if (!(error instanceof MongoError) || error.code === 14031 || error.code === 166) throw error
  errors.push(writeError(index, error))
  return true
}
