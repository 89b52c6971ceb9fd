/** How an object is encrypted at rest, as the responses say it. */
export type Encryption =
  | { readonly algorithm: 'AES256' }
  | {
      readonly algorithm: 'aws:kms';
      readonly keyArn: string;
      /** Whether S3 asks KMS once per bucket and time instead of once per object. */
      readonly bucketKeyEnabled: boolean;
    };
