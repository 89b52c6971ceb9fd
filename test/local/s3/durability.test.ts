import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import { startS3 } from './start-s3.ts';

let dataDir = '';
let server: { process: ChildProcess; client: S3Client };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 's3-crash-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const start = async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 's3-process.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const { operator } = await CredentialStore.open(dataDir, '111122223333');
  const client = new S3Client({
    region: 'eu-central-1',
    endpoint: String(url).trim(),
    credentials: operator,
    maxAttempts: 1,
  });
  return { process: child, client };
};
const kill = async () => {
  server.client.destroy();
  server.process.kill('SIGKILL');
  await once(server.process, 'exit');
};
const contentFiles = async () =>
  (await readdir(join(dataDir, 's3', 'content'), { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
const Bucket = 'durable';

test('what was acknowledged survives kill -9 whole, and what was not leaves nothing behind', async () => {
  server = await start();
  const acknowledged = new Map<string, string>();
  const writing = Array.from({ length: 8 }, async (_, writer) => {
    for (let turn = 0; ; turn++) {
      const Key = `writer-${writer}/${turn % 5}`;
      const Body = `${writer} ${turn} `.repeat(20_000);
      // Overwrites too: from here on this key may hold the old content or the new one.
      const before = acknowledged.get(Key);
      acknowledged.delete(Key);
      try {
        await server.client.send(new PutObjectCommand({ Bucket, Key, Body }));
      } catch {
        return { Key, either: [before, Body] };
      }
      acknowledged.set(Key, Body);
      if (acknowledged.size >= 25 && !server.process.killed) server.process.kill('SIGKILL');
    }
  });
  const unsure = await Promise.all(writing);
  expect(acknowledged.size).toBeGreaterThan(10);

  server = await start();
  const read = async (Key: string) =>
    (
      await server.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    ).Body?.transformToString();
  for (const [key, body] of acknowledged) expect(await read(key)).toBe(body);
  let there = acknowledged.size;
  for (const { Key, either } of unsure) {
    const found = await read(Key).catch(() => undefined);
    expect(either).toContain(found);
    if (found !== undefined) there++;
  }
  expect(await contentFiles()).toHaveLength(there);
  await kill();
});

test('an upload whose sender goes away leaves nothing behind, and is no failure', async () => {
  const s3 = await startS3();
  await s3.bucket(Bucket);
  const { host, hostname, port } = new URL(s3.url);
  const url = await getSignedUrl(s3.operator, new PutObjectCommand({ Bucket, Key: 'half' }), { expiresIn: 60 });
  const socket = connect(Number(port), hostname);
  socket.write(`PUT ${url.slice(s3.url.length)} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 1000000\r\n\r\n`);
  socket.write(Buffer.alloc(500_000));
  await vi.waitFor(async () => expect(await s3.contentFiles()).toHaveLength(1));
  socket.destroy();
  await vi.waitFor(async () => expect(await s3.contentFiles()).toHaveLength(0));
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

test('an upload in parts goes on after kill -9', async () => {
  server = await start();
  const { UploadId } = await server.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const upload = { Bucket, Key: 'parts', UploadId };
  const { ETag } = await server.client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }));
  await kill();
  server = await start();
  expect((await server.client.send(new ListPartsCommand(upload))).Parts).toMatchObject([{ PartNumber: 1, ETag }]);
  await server.client.send(
    new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
  );
  await kill();
  server = await start();
  const { Body } = await server.client.send(new GetObjectCommand({ Bucket, Key: 'parts' }));
  expect(await Body?.transformToString()).toBe('part');
  await kill();
});
