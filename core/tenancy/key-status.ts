import type { KeyRecord } from './key-record.ts';

/** `expiring` was replaced by a rotation and still works, until its `expiresAt`. */
export type KeyStatus = 'active' | 'expiring' | 'revoked' | 'expired';

/** Where a key stands at a moment. From its `expiresAt` on, that millisecond included, a key is expired. */
export function keyStatus({ status, expiresAt, replacedBy }: KeyRecord, now: Date): KeyStatus {
  if (status === 'revoked') return 'revoked';
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime()) return 'expired';
  return replacedBy === undefined ? 'active' : 'expiring';
}
