import type { Encryption } from '../store/encryption.ts';

/** How S3 says in its answers that and with what an object is encrypted. */
export const encryptionHeaders = (encryption: Encryption): Record<string, string> => ({
  'x-amz-server-side-encryption': encryption.algorithm,
  ...(encryption.algorithm === 'aws:kms' && {
    'x-amz-server-side-encryption-aws-kms-key-id': encryption.keyArn,
    ...(encryption.bucketKeyEnabled && { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' }),
  }),
});
