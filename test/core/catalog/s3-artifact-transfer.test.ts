import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { S3ArtifactTransfer } from '../../../core/catalog/s3-artifact-transfer.ts';

const stored = 'a'.repeat(64);
const forbidden = 'f'.repeat(64);

let server: Server;
let transfer: S3ArtifactTransfer;
beforeAll(async () => {
  // What S3 answers to HEAD: 200 with the length, 404, or 403 for who may not list the bucket.
  server = createServer((request, response) => {
    const status = request.url?.includes(stored) ? 200 : request.url?.includes(forbidden) ? 403 : 404;
    response.writeHead(status, { 'content-length': status === 200 ? 12 : 0 }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  transfer = new S3ArtifactTransfer(client, 'artifacts');
});
afterAll(() => server.close());

test('a stored file is known by its size, a missing one is unknown', async () => {
  expect(await transfer.storedBytes(stored)).toBe(12);
  expect(await transfer.storedBytes('b'.repeat(64))).toBeUndefined();
});

test('not being allowed to look is not the same as not being there', async () => {
  await expect(transfer.storedBytes(forbidden)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

test('an upload URL is good for the very bytes: length and digest are signed headers', async () => {
  const { url, headers } = await transfer.upload({ sha256: `${'00'.repeat(31)}ff`, sizeBytes: 42 });
  const { pathname, searchParams } = new URL(url);
  expect(pathname).toBe(`/artifacts/sha256/${'00'.repeat(31)}ff`);
  expect(searchParams.get('X-Amz-Expires')).toBe('900');
  expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host;x-amz-checksum-sha256');
  // In the query S3 would not look for it.
  expect([...searchParams.keys()].map((name) => name.toLowerCase())).not.toContain('x-amz-checksum-sha256');
  expect(headers).toEqual({
    'content-length': '42',
    'x-amz-checksum-sha256': Buffer.from(`${'00'.repeat(31)}ff`, 'hex').toString('base64'),
  });
});

test('a download URL lives as long as it is asked to', async () => {
  const url = new URL(await transfer.downloadUrl({ sha256: stored, sizeBytes: 12 }, 60));
  expect(url.pathname).toBe(`/artifacts/sha256/${stored}`);
  expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
  expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host');
});
