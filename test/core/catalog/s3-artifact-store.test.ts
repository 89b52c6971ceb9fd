import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artifactKey } from '../../../core/catalog/artifact-key.ts';
import { S3ArtifactStore } from '../../../core/catalog/s3-artifact-store.ts';
import { type FakeAws, fakeAws } from '../../functions/predict/fake-aws.ts';

let aws: FakeAws;
let store: S3ArtifactStore;
const bytes = Buffer.from('weights');
const file = { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };

beforeAll(async () => {
  aws = await fakeAws();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  store = new S3ArtifactStore(new S3Client({ endpoint: aws.url, region: 'eu-central-1', credentials }), 'artifacts');
});
afterAll(() => aws.close());

const put = (content: Uint8Array) => aws.objects.set(`artifacts/${artifactKey(file.sha256)}`, content);

test('an artifact is read by its digest', async () => {
  put(bytes);
  expect(Buffer.from(await store.read(file))).toEqual(bytes);
});

test('bytes with another digest are refused', async () => {
  put(Buffer.from('weighty'));
  await expect(store.read(file)).rejects.toThrow('has the digest');
});

test('an object of another size is refused', async () => {
  put(Buffer.from('weights and more'));
  await expect(store.read(file)).rejects.toThrow('has 16 bytes in the bucket, 7 in the catalogue');
});

test('an artifact that is not there is an error', async () => {
  aws.objects.clear();
  await expect(store.read(file)).rejects.toThrow();
});
