import { createHash } from 'node:crypto';

/**
 * An id in API Gateway's form (lower-case letters and digits), always the same for the same resource of a template, so that keys and
 * counters of the last run find their API and plan again.
 */
export function identifier(physicalId: string, length: 6 | 10): string {
  const digest = createHash('sha256').update(physicalId).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}
