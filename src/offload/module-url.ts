declare const exported: unique symbol

/**
 * The URL of a module whose functions run in threads; with a type it lets the compiler know of them:
 *
 *     const work: ModuleUrl<typeof import('./work.ts')> = new URL('./work.ts', import.meta.url)
 */
export interface ModuleUrl<Module = unknown> extends URL {
  readonly [exported]?: Module
}

type AnyFunction = (...args: never[]) => unknown

/** The names under which a module exports functions; any name where its type is not known. */
export type FunctionName<Module> = unknown extends Module
  ? string
  : { [Name in keyof Module]: Module[Name] extends AnyFunction ? Name : never }[keyof Module] & string

type ArgumentsOf<Module, Name> = Name extends keyof Module
  ? Module[Name] extends (...args: infer Args) => unknown
    ? Args
    : never
  : readonly unknown[]

type ResultOf<Module, Name> = Name extends keyof Module
  ? Module[Name] extends (...args: never[]) => infer Result
    ? Awaited<Result>
    : never
  : unknown

/**
 * Runs a function of a module of the site in a thread, so that nobody else waits for it. What goes in and what comes out
 * is copied by the structured clone algorithm.
 *
 * @param module `new URL('./work.ts', import.meta.url)` or `import.meta.resolve('./work.ts')`
 * @param fn the name under which the module exports it
 * @returns what it returned; a promise of it is waited for
 * @throws what it threw; TAO_OFFLOAD_MODULE, TAO_OFFLOAD_FUNCTION, TAO_OFFLOAD_CLONE, TAO_OFFLOAD_BUSY,
 *   TAO_OFFLOAD_ENDED
 */
export type Offload = <Module, Name extends FunctionName<Module>>(
  module: ModuleUrl<Module> | string,
  fn: Name,
  ...args: ArgumentsOf<Module, Name>
) => Promise<ResultOf<Module, Name>>
