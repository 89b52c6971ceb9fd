import { createHash } from 'node:crypto';

/** SHA-256, in hexadecimal, of a rollup's rows as they are stored: as JSON. */
export const rowsDigest = (json: string): string => createHash('sha256').update(json).digest('hex');
