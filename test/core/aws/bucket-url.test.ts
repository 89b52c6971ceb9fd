import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, test } from 'vitest';
import { bucketUrl } from '../../../core/aws/bucket-url.ts';

test.each([
  { region: 'us-east-1' },
  { region: 'eu-central-1' },
  { region: 'us-gov-west-1' },
  { region: 'cn-north-1' },
  { region: 'eusc-de-east-1' },
  { region: 'us-iso-east-1' },
  { region: 'us-isob-east-1' },
  { region: 'us-isof-south-1' },
  { region: 'eu-isoe-west-1' },
  { region: 'eu-central-1', endpoint: 'http://127.0.0.1:4566' },
  { region: 'eu-central-1', endpoint: 'http://[::1]:4566' },
  { region: 'eu-central-1', endpoint: 'https://bucket.vpce-1a2b.s3.eu-central-1.vpce.amazonaws.com' },
])('a bucket is where the SDK looks for it: %o', async ({ region, endpoint }) => {
  const client = new S3Client({
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const presigned = new URL(
    await getSignedUrl(client, new GetObjectCommand({ Bucket: 'models', Key: 'sha256/0a' }), { expiresIn: 60 }),
  );
  expect(new URL('sha256/0a', bucketUrl('models', region, endpoint)).href).toBe(
    `${presigned.origin}${presigned.pathname}`,
  );
});
