import type { Manifest } from '../core/catalog/manifest.ts';

/** An input with what another implementation of the same model answers to it. */
export interface ReferenceCase {
  /** One row, of the shape that the manifest says. */
  readonly input: Float32Array;
  readonly expected: ArrayLike<number>;
}

/** Another implementation of a model, which it is measured against when there is no data to measure it on. */
export interface Reference {
  /** In words, for the manifest's `quality.dataset`. */
  readonly dataset: string;
  /** Number of cases. */
  readonly size: number;
  readonly cases: () => AsyncIterable<ReferenceCase>;
}

/**
 * What `models/<name>/reference.ts` exports under the name `reference`.
 *
 * @param artifact path of the `.onnx` file
 */
export type ReadReference = (manifest: Manifest, artifact: string) => Promise<Reference>;
