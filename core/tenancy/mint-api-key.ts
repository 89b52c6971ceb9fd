import { apiKeyFrom, type KeyEnvironment, type MintedKey } from './api-key-from.ts';
import { randomBase62 } from './random-base62.ts';
import type { RandomSource } from './random-source.ts';

/** Makes a key of a random id and secret. */
export const mintApiKey = (environment: KeyEnvironment, random: RandomSource): MintedKey =>
  apiKeyFrom(environment, randomBase62(random, 7, 10), randomBase62(random, 32, 43));
