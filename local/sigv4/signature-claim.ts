import type { CredentialScope } from './credential-scope.ts';

/** What a request says about its own signature. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** `yyyymmddThhmmssZ` */
  readonly date: string;
  readonly dateMs: number;
  /** In lower case. */
  readonly signedHeaders: readonly string[];
  /** Hex. */
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Presigned URLs only: seconds after `date` for which it is good. */
  readonly expiresSeconds?: number;
}
