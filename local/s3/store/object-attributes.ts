import type { Encryption } from './encryption.ts';

/** What a client says about an object when it starts to write it. */
export interface ObjectAttributes {
  /** Response headers by name: `content-type`, `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `expires`. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
}
