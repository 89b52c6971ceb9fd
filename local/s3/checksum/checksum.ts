import type { ChecksumAlgorithm } from './checksum-algorithm.ts';

/** A checksum that is kept with an object or a part. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Over the object's bytes, or over the checksums of its parts. */
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Base64; a composite one ends with `-` and the number of parts. */
  readonly value: string;
}
