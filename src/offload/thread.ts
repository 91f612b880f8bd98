import { importFile } from '../project/index.ts'
import { describeThrown, type Thrown } from './thrown.ts'
import { whyNotCloneable } from './why-not-cloneable.ts'

/** What a thread is asked to do. */
export interface Task {
  readonly file: string
  readonly name: string
  readonly args: readonly unknown[]
  readonly root: string
}

export type Outcome =
  | { readonly value: unknown }
  | { readonly thrown: Thrown }
  /** The result cannot be sent, and why. Found out here: the failure to send it would end the thread. */
  | { readonly uncloneable: string }
  /** There is no such function: the names of those there are, and what stands under the name. */
  | { readonly known: readonly string[]; readonly found: string }

/** What a thread does: imports the module, TypeScript included, and calls its function. */
export async function perform({ file, name, args, root }: Task): Promise<Outcome> {
  try {
    const module = await importFile(file, root)
    const found = Object.hasOwn(module, name) ? module[name] : undefined
    if (typeof found !== 'function') {
      const known = Object.keys(module).filter((key) => typeof module[key] === 'function')
      return { known, found: typeof found }
    }
    const value: unknown = await (found as (...given: unknown[]) => unknown)(...args)
    const uncloneable = whyNotCloneable(value)
    return uncloneable === undefined ? { value } : { uncloneable }
  } catch (error) {
    return { thrown: describeThrown(error) }
  }
}
