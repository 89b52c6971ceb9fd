import type { S3Place } from '../../s3/objects-of.ts';

/** A request that waits for its turn. */
export interface AsyncRequest {
  /** The request itself, or where it is. */
  readonly input: Uint8Array | S3Place;
  /** For the container, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly targetModel: string | undefined;
  readonly output: S3Place;
  readonly failure: S3Place | undefined;
  /** It is not begun after this. Epoch milliseconds. */
  readonly expiresAtMs: number;
  readonly timeoutMs: number;
}
