import { PassThrough } from 'node:stream';
import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'conditional';

beforeAll(async () => {
  s3 = await startS3();
  await s3.bucket(Bucket);
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const put = (Key: string, Body: string, more = {}) =>
  s3.operator.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const statusOf = (sent: Promise<{ $metadata: { httpStatusCode?: number } }>) =>
  sent.then(
    (answer) => answer.$metadata.httpStatusCode,
    (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
  );
const textOf = async (Key: string) =>
  (await s3.operator.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

test('of fifty writers that want to be the first exactly one is', async () => {
  const writers = Array.from({ length: 50 }, (_, index) => `writer ${index}`);
  const statuses = await Promise.all(writers.map((name) => statusOf(put('first', name, { IfNoneMatch: '*' }))));
  const winner = statuses.indexOf(200);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 412)).toHaveLength(49);
  expect(await textOf('first')).toBe(writers[winner]);
});

test('of fifty writers that replace the same state exactly one does', async () => {
  const { ETag } = await put('state', 'before');
  const writers = Array.from({ length: 50 }, (_, index) => `after ${index}`);
  const statuses = await Promise.all(writers.map((name) => statusOf(put('state', name, { IfMatch: ETag }))));
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 412)).toHaveLength(49);
  expect(await textOf('state')).toBe(writers[statuses.indexOf(200)]);
});

describe('If-Match', () => {
  test('needs an object to match', async () => {
    await expect(put('missing', 'x', { IfMatch: '"abc"' })).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('conflicts with a deletion during the upload', async () => {
    const { ETag } = await put('vanishing', 'x');
    // A sender that waits in the middle of its body, until the object is gone.
    const before = await s3.contentFiles();
    const Body = new PassThrough();
    Body.write(Buffer.alloc(100_000));
    const writing = statusOf(
      s3.operator.send(new PutObjectCommand({ Bucket, Key: 'vanishing', Body, ContentLength: 200_000, IfMatch: ETag })),
    );
    await vi.waitFor(async () => expect(await s3.contentFiles()).toHaveLength(before.length + 1));
    await s3.operator.send(new DeleteObjectCommand({ Bucket, Key: 'vanishing' }));
    Body.end(Buffer.alloc(100_000));
    expect(await writing).toBe(409);
  });
});

test('a copy obeys conditions on its target', async () => {
  await put('from', 'x');
  await put('to', 'y');
  const copy = (more: object) =>
    statusOf(s3.operator.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from`, ...more })));
  expect(await copy({ IfNoneMatch: '*' })).toBe(412);
  expect(await textOf('to')).toBe('y');
});

test('conditions that S3 does not take are refused, not ignored', async () => {
  expect(await statusOf(put('odd', 'x', { IfNoneMatch: '"abc"' }))).toBe(501);
  expect(await statusOf(s3.operator.send(new DeleteObjectCommand({ Bucket, Key: 'odd', IfMatch: '"abc"' })))).toBe(501);
});
