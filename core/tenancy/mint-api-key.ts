import { apiKeyChecksum } from './api-key-checksum.ts';
import { apiKeyDigest } from './api-key-digest.ts';
import { randomBase62 } from './random-base62.ts';
import type { RandomSource } from './random-source.ts';

/** Says in the key itself whether it opens production or not. */
export type KeyEnvironment = 'live' | 'test';

/** A new key. `apiKey` is the only copy of the secret: it goes to the caller once and is stored nowhere. */
export interface MintedKey {
  readonly keyId: string;
  readonly apiKey: string;
  readonly digest: string;
  /** Enough to recognise the key by, useless to call with: the part before the secret, and the last four characters. */
  readonly display: string;
}

/** Makes a key `maas_<live|test>_<id, 10>_<secret, 43 = 256 bits><checksum, 6>`, all digits base 62. */
export function mintApiKey(environment: KeyEnvironment, random: RandomSource): MintedKey {
  const keyId = randomBase62(random, 7, 10);
  const prefix = `maas_${environment}_${keyId}_`;
  const body = prefix + randomBase62(random, 32, 43);
  const apiKey = body + apiKeyChecksum(body);
  return { keyId, apiKey, digest: apiKeyDigest(apiKey), display: `${prefix}…${apiKey.slice(-4)}` };
}
