/**
 * Marks the instances of a class so that every copy of tao knows them: a site and an app from npm may each bring one, and
 * what one makes the other has to understand. The class's `instanceof` goes by the mark; that of classes derived from it
 * stays what it is.
 *
 * @param name what the mark is registered under; it never changes
 */
export function brandInstances(
  made: abstract new (...args: never[]) => object,
  name: `tao1.${string}`,
): void {
  // Registered: the same for every copy.
  const brand = Symbol.for(name)
  Object.defineProperty(made.prototype, brand, { value: true })
  Object.defineProperty(made, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== made) return Function.prototype[Symbol.hasInstance].call(this as () => void, value)
      return typeof value === 'object' && value !== null && brand in value
    },
  })
}
