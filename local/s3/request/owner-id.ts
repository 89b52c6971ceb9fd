import { createHash } from 'node:crypto';

/** An account's canonical user id: 64 hex digits of its own in AWS, the same at each start here. */
export const ownerId = (account: string): string => createHash('sha256').update(account).digest('hex');
