import { apiKeyChecksum } from './api-key-checksum.ts';
import { apiKeyDigest } from './api-key-digest.ts';
import { apiKeyPattern } from './api-key-pattern.ts';

/** A key that is well formed, which says nothing yet about whether it exists. */
export interface ParsedKey {
  readonly keyId: string;
  readonly digest: string;
}

const keyLength = 70;
const checksumLength = 6;

/** Reads a presented key, cheapest check first: length, characters, checksum. Undefined for anything that we cannot have issued. */
export function parseApiKey(text: string): ParsedKey | undefined {
  if (text.length !== keyLength) return undefined;
  const keyId = apiKeyPattern.exec(text)?.[1];
  if (keyId === undefined) return undefined;
  const body = text.slice(0, -checksumLength);
  if (apiKeyChecksum(body) !== text.slice(-checksumLength)) return undefined;
  return { keyId, digest: apiKeyDigest(text) };
}
