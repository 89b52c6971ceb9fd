import type { Checksum } from '../checksum/checksum.ts';
import type { Blob } from './blob.ts';
import type { ObjectAttributes } from './object-attributes.ts';

/** An object as the metadata has it. */
export interface StoredObject {
  /** Without quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly modifiedAtMs: number;
  readonly checksum: Checksum;
  readonly attributes: ObjectAttributes;
  /** Its content: one file, or the parts of a multipart upload in their order. */
  readonly blobs: readonly Blob[];
}
