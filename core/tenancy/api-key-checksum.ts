import { crc32 } from 'node:zlib';
import { base62 } from './base62.ts';

/**
 * CRC-32 of the key without its last six characters, in six base-62 digits. It protects nothing; it lets us (and a scanner that
 * found something key-like) tell a mistyped or made-up key from a real one without asking a database. A CRC-32 notices every
 * change of up to 32 adjacent bits, so every change of one character.
 */
export const apiKeyChecksum = (body: string): string => base62(BigInt(crc32(body)), 6);
