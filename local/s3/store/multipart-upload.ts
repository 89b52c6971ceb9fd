import type { Checksum } from '../checksum/checksum.ts';
import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import type { Blob } from './blob.ts';
import type { ObjectAttributes } from './object-attributes.ts';

/** A multipart upload that is neither completed nor aborted. */
export interface MultipartUpload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly attributes: ObjectAttributes;
  readonly checksum: {
    readonly algorithm: ChecksumAlgorithm;
    readonly type: Checksum['type'];
    /** False when the client named none and S3 chose: then the checksum is no part of the answers about the parts. */
    readonly chosen: boolean;
  };
}

/** A part of one. A part number that is uploaded again replaces the part. */
export interface UploadedPart {
  /** 1 to 10,000 */
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAtMs: number;
  /** In base64: by the upload's algorithm, and by that of the part's own request if it is another one. */
  readonly checksums: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  readonly blob: Blob;
}
