import type { Environment } from './nunjucks.ts'

/** The options of nunjucks' environment, in their own names, that a site has changed and that change what its templates mean. */
export function changedOptions({ opts }: Pick<Environment, 'opts'>): string[] {
  const names = ['throwOnUndefined', 'trimBlocks', 'lstripBlocks'] as const
  return [...names.filter((name) => opts[name]), ...(opts.tags === undefined ? [] : ['tags'])]
}
