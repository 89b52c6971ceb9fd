/** When a schedule runs next, after a moment; undefined when never. Epoch milliseconds both. */
export type NextRun = (afterMs: number) => number | undefined;
