import type { S3Place } from '../../s3/objects-of.ts';

/** A place below a prefix, with one slash between. */
export const below = ({ bucket, key }: S3Place, path: string): S3Place => ({
  bucket,
  key: key === '' || key.endsWith('/') ? `${key}${path}` : `${key}/${path}`,
});
