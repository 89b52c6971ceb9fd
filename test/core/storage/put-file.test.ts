import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { putFile } from '../../../core/storage/put-file.ts';
import { WorkFolder } from '../../../core/storage/work-folder.ts';

// A stream that opens by itself would fail here, or after a call that failed at once, with nobody to hear of it: that ends the process.
test('a file that cannot be read is told before anything is sent', async () => {
  const folder = new WorkFolder('put-file');
  const nobody = new S3Client({
    region: 'eu-central-1',
    credentials: () => Promise.reject(new Error('no credentials')),
  });
  const file = { path: `${folder.path}/removed`, bytes: 7, sha256: '00' };
  const put = putFile(nobody, { bucket: 'bucket', key: 'key' }, file, 'text/plain');
  await expect(put.finally(() => folder.remove())).rejects.toThrow('ENOENT');
});
