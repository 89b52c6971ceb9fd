import { createHmac } from 'node:crypto';
import type { CredentialScope } from './credential-scope.ts';
import { signingKey } from './signing-key.ts';

/**
 * Signs a string: the string to sign of a request, or the base64 policy of an S3 POST form.
 *
 * @returns lower-case hex
 */
export const signatureOf = (secretAccessKey: string, scope: CredentialScope, stringToSign: string): string =>
  createHmac('sha256', signingKey(secretAccessKey, scope)).update(stringToSign).digest('hex');
