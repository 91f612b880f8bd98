/** What the embedded store refuses on purpose: its README lists it. */
const REFUSED: readonly (readonly [test: RegExp, reason: string])[] = [
  [/^clustered-indexes\//, 'no clustered collections'],
  [/^timeseries-collection\//, 'no time series'],
  [/^modifyCollection-errorResponse\//, 'an index is not converted to unique'],
]

/** What driver 7.8 does otherwise, whatever the server. */
const DRIVER: readonly (readonly [test: RegExp, reason: string])[] = [
  [
    /^bypassDocumentValidation\/.*(\$out|BulkWrite|FindOneAndReplace|FindOneAndUpdate|InsertMany) passes.*false/,
    'the driver leaves out bypassDocumentValidation: false',
  ],
  [/^client-bulkWrite-partialResults\/partialResult is unset/, 'the driver gives a partial result of zeros'],
  [
    /^create-null-ids\/inserting _id with type null via (insert|bulkWrite|clientBulkWrite)/,
    'the driver makes an _id where it is null',
  ],
  [/^gridfs-download(?:-serverErrors)?\//, 'the driver asks for an _id by $eq'],
  [/^download\/download when final chunk is missing/, 'the driver takes a missing last chunk for the end'],
]

/** Why a test fails here and must; undefined when it has to hold. */
export function exception(test: string): string | undefined {
  return [...REFUSED, ...DRIVER].find(([pattern]) => pattern.test(test))?.[1]
}
