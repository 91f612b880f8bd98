type Builder = Pick<typeof import('./build-static.ts'), 'buildStatic' | 'pruneStatic'>

/** What `tao build` does with static files; loaded for that command alone. */
export async function loadStaticBuilder(): Promise<Builder> {
  const { buildStatic, pruneStatic } = await import('./build-static.ts')
  return { buildStatic, pruneStatic }
}
