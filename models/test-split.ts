import type { Manifest } from '../core/catalog/manifest.ts';

/** Some items of a test split, ready for the model. */
export interface TestBatch {
  /** The model's input, row-major; the manifest says which shape an item has. */
  readonly data: Float32Array | BigInt64Array;
  /** What is true of each item: the index of its class or, for a regression, the number. */
  readonly truth: readonly number[];
}

/** The data that a model is measured on: none of it was seen in training. */
export interface TestSplit {
  /** In words, for the manifest's `quality.dataset`. */
  readonly dataset: string;
  /** Number of items. */
  readonly size: number;
  readonly batches: () => Iterable<TestBatch>;
}

/**
 * What `models/<name>/test-split.ts` exports under the name `testSplit`.
 *
 * @param data where the data set is, when it is not where its package puts it
 * @throws Error with the command that installs the data when it is missing
 */
export type ReadTestSplit = (manifest: Manifest, data: string | undefined) => TestSplit;
