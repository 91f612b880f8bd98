import type { Finding } from './finding.ts'

export interface FixResult {
  finding: Finding
  /** Why it could not be mended; undefined when it was. */
  error: unknown
}

/** Mends what can be mended safely, one after the other; one that fails does not keep back the rest. */
export async function applyFixes(findings: readonly Finding[]): Promise<FixResult[]> {
  const results: FixResult[] = []
  for (const finding of findings) {
    if (finding.fix === undefined) continue
    try {
      await finding.fix.apply()
      results.push({ finding, error: undefined })
    } catch (error) {
      results.push({ finding, error })
    }
  }
  return results
}
