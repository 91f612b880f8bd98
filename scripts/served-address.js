/**
 * The address in what `tao serve` prints, without the punctuation of the sentence around it.
 * @param {string} printed
 * @returns {string | undefined}
 */
export function servedAddress(printed) {
  return /http:\/\/(?:\[[\da-f:]+\]|[\w.-]*\w)(?::\d+)?/.exec(printed)?.[0]
}
