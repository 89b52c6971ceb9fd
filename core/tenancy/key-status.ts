import type { KeyRecord } from './key-record.ts';

/** `expiring` still works, until its `expiresAt`. */
export type KeyStatus = 'active' | 'expiring' | 'revoked' | 'expired';

/** Where a key stands at a moment. From its `expiresAt` on, that millisecond included, a key is expired. */
export function keyStatus({ status, expiresAt }: KeyRecord, now: Date): KeyStatus {
  if (status === 'revoked') return 'revoked';
  if (expiresAt === undefined) return 'active';
  return Date.parse(expiresAt) > now.getTime() ? 'expiring' : 'expired';
}
