/** Makes a value out of the other values of a context, when a template asks for it. */
export type LazyValue = (values: Record<string, unknown>) => unknown

/**
 * How contexts are copied so that `lazy` names are in them without being made: as getters of a prototype that all
 * contexts share, since V8 would take contexts with getters of their own for objects of different kinds. A value given
 * or set under the name hides it.
 * @returns `undefined` when a plain copy will do
 */
export function copyWith(
  lazy: Readonly<Record<string, LazyValue>>,
): ((values: object, under?: object) => Record<string, unknown>) | undefined {
  const names = Object.keys(lazy)
  if (names.length === 0) return undefined
  const prototype = Object.create(Object.prototype) as object
  for (const name of names) {
    const make = lazy[name]!
    Object.defineProperty(prototype, name, {
      get(this: Record<string, unknown>) {
        return make(this)
      },
      set(value: unknown) {
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true })
      },
    })
  }
  // Spread into a literal that names the prototype: nine times as quick as setting it afterwards, and unlike assigning
  // one by one it takes a key "__proto__" for a value.
  return (values, under) => ({ __proto__: prototype, ...under, ...values })
}
