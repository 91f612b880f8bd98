/** Parses JSON text; what is wrong is said with line and column. */
export declare function parseJson(text: string, depth: number): unknown
