import { apiKeyChecksum } from './api-key-checksum.ts';
import { apiKeyDigest } from './api-key-digest.ts';

/** Says in the key itself whether it opens production or not. */
export type KeyEnvironment = 'live' | 'test';

/** A new key. `apiKey` is the only copy of the secret: it goes to the caller and is stored nowhere. */
export interface MintedKey {
  readonly keyId: string;
  readonly apiKey: string;
  readonly digest: string;
  /** Enough to recognise the key by, useless to call with: the part before the secret, and the last four characters. */
  readonly display: string;
}

/** Puts a key together: `maas_<live|test>_<id, 10>_<secret, 43 = 256 bits><checksum, 6>`, all digits base 62. */
export function apiKeyFrom(environment: KeyEnvironment, keyId: string, secret: string): MintedKey {
  const prefix = `maas_${environment}_${keyId}_`;
  const body = prefix + secret;
  const apiKey = body + apiKeyChecksum(body);
  return { keyId, apiKey, digest: apiKeyDigest(apiKey), display: `${prefix}…${apiKey.slice(-4)}` };
}
