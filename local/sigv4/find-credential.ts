import type { Credential } from '../iam/credential.ts';
import type { CredentialStore } from '../iam/credential-store.ts';
import { equalText } from './equal-text.ts';
import { signatureErrors } from './signature-errors.ts';

/**
 * The credential that a request names, with its session token checked.
 *
 * @param service signing name, for the spelling of errors
 * @throws AwsError for an unknown key, a missing, foreign or unasked-for token, and expired credentials
 */
export const findCredential = (
  claim: { readonly accessKeyId: string; readonly sessionToken: string | undefined },
  service: string,
  credentials: CredentialStore,
  nowMs: number = Date.now(),
): Credential => {
  const errors = signatureErrors(service);
  const credential = credentials.find(claim.accessKeyId);
  if (!credential) {
    throw errors.unknownKey();
  }
  if (!equalText(claim.sessionToken ?? '', credential.sessionToken ?? '')) {
    throw errors.wrongToken();
  }
  if (credential.expiresAtMs !== undefined && credential.expiresAtMs <= nowMs) {
    throw errors.expiredToken();
  }
  return credential;
};
