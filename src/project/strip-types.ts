/** TypeScript without its types; nothing when it has a mistake. */
export async function stripTypes(text: string): Promise<string | undefined> {
  // The compiler is loaded for those alone who have something to compile.
  const { withoutTypes } = await import('./transform.ts')
  return withoutTypes(text)
}
