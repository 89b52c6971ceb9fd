import { hkdfSync } from 'node:crypto';
import { apiKeyFrom, type KeyEnvironment, type MintedKey } from './api-key-from.ts';
import { randomBase62 } from './random-base62.ts';

/** Which key is to be replaced, and the client's token for doing so. */
export interface Succession {
  readonly tenant: string;
  readonly keyId: string;
  /** At least 128 bits that nobody can guess. */
  readonly token: string;
}

/**
 * Id of the key that takes another's place. It follows from the token, so that a repeated rotation finds what the first one made, wherever
 * that one ended.
 */
export const successorId = (succession: Succession): string => derived(succession, '', 'id', 7, 10);

/**
 * The key that takes another's place: the same one for the same token and salt (HKDF, RFC 5869). We keep the salt and the client keeps the
 * token; the table alone gives nobody the secret, nor does a log with the token in it, and the secret itself is stored nowhere.
 */
export const successorKey = (succession: Succession, environment: KeyEnvironment, salt: string): MintedKey =>
  apiKeyFrom(environment, successorId(succession), derived(succession, salt, 'secret', 32, 43));

function derived({ tenant, keyId, token }: Succession, salt: string, what: string, size: number, length: number) {
  const bytes = hkdfSync('sha256', token, salt, `maas successor ${what} ${tenant} ${keyId}`, size);
  return randomBase62(() => new Uint8Array(bytes), size, length);
}
