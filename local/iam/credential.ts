import type { Principal } from './principal.ts';

/** An access key and who holds it. */
export interface Credential {
  /** `AKIA…` is long-lived, `ASIA…` temporary. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** With temporary keys only; each request must carry it. */
  readonly sessionToken?: string;
  /** Epoch milliseconds; with temporary keys only. */
  readonly expiresAtMs?: number;
  readonly principal: Principal;
}
