import type { S3Call } from './s3-call.ts';

/** The object's URL, as the answers to CompleteMultipartUpload and to a form's upload name it. */
export const objectLocation = ({ headers, bucketName, key }: S3Call): string =>
  `http://${headers['host'] ?? ''}/${bucketName}/${key.split('/').map(encodeURIComponent).join('/')}`;
