import { createHmac } from 'node:crypto';
import type { CredentialScope } from './credential-scope.ts';

/** Four HMACs cost about as much as the rest of a verification, and a key is good for a day. */
const cache = new Map<string, Buffer>();
const cacheSizeMax = 1000;

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * Derives the signing key of a scope:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key
 */
export const signingKey = (secretAccessKey: string, scope: CredentialScope): Buffer => {
  const name = `${secretAccessKey}/${scope.date}/${scope.region}/${scope.service}`;
  const cached = cache.get(name);
  if (cached) {
    return cached;
  }
  const dated = hmac(`AWS4${secretAccessKey}`, scope.date);
  const key = hmac(hmac(hmac(dated, scope.region), scope.service), 'aws4_request');
  if (cache.size >= cacheSizeMax) {
    cache.clear();
  }
  cache.set(name, key);
  return key;
};
