/** A thing to measure: how often it does its work in a second. */
export interface Contender {
  name: string
  measure(): Promise<number>
}

/**
 * Measures contenders in turns, so that a noisy moment of the machine falls on all, and prints the medians as ratios
 * to the first.
 */
export async function compare(title: string, contenders: readonly Contender[], rounds = 7): Promise<void> {
  const results = contenders.map((): number[] => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const rate = await contender.measure()
      // The first round warms up.
      if (round > 0) results[index]!.push(rate)
    }
  }
  const base = median(results[0]!)
  console.log(title)
  for (const [index, { name }] of contenders.entries()) {
    const rates = results[index]!
    const spread = `${ratio(Math.min(...rates), base)} to ${ratio(Math.max(...rates), base)}`
    console.log(
      `  ${name.padEnd(44)} ${ratio(median(rates), base).padStart(7)}   ${spread.padEnd(18)} ${Math.round(median(rates))}/s`,
    )
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function ratio(value: number, base: number): string {
  return (value / base).toFixed(2)
}
