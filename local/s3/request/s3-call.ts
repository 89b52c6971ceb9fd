import type { Principal } from '../../iam/principal.ts';

/** An authenticated request to S3, its body not yet read. */
export interface S3Call {
  readonly method: string;
  /** Empty for a request about no bucket. */
  readonly bucketName: string;
  /** Decoded; empty for a request about a bucket. */
  readonly key: string;
  /** Decoded. `+` is a plus sign, as in signatures. The parameters of a presigned URL's signature are not among them. */
  readonly query: ReadonlyMap<string, string>;
  /**
   * Names in lower case. A presigned URL carries `x-amz-` headers in its query, a POST form all of them in its fields; they are here all
   * the same.
   */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly principal: Principal;
  /** How the caller signed: the condition key `s3:authType`. */
  readonly authType: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST';
}
