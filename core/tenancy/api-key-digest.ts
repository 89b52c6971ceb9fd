import { createHash } from 'node:crypto';

/**
 * What is stored in place of a key: its sha256, in hex. A slow hash would add latency and nothing else, since nobody can try
 * 2^256 secrets. Taken over the whole key, so that a live key does not pass as the test key with the same secret.
 */
export const apiKeyDigest = (apiKey: string): string => createHash('sha256').update(apiKey).digest('hex');
