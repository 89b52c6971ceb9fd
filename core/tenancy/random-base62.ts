import { base62 } from './base62.ts';
import type { RandomSource } from './random-source.ts';

/** `length` base-62 digits made of `size` random bytes; `62 ** length` must be at least `256 ** size`. */
export const randomBase62 = (random: RandomSource, size: number, length: number): string =>
  base62(BigInt(`0x${Buffer.from(random(size)).toString('hex')}`), length);
