/** Why a value cannot be copied from thread to thread (the structured clone algorithm of HTML); nothing when it can. */
export function whyNotCloneable(value: unknown): string | undefined {
  // What has nothing in it that could fail is not copied for the question.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) {
    return typeof value === 'function' || typeof value === 'symbol' ? `it is a ${typeof value}` : undefined
  }
  try {
    structuredClone(value)
    return undefined
  } catch (error) {
    return (error as Error).message.replace(/\.$/, '')
  }
}
