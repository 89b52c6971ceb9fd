import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDigest } from '../../../local/s3/checksum/digest.ts';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'multipart';
const partBytes = 5 * 1024 * 1024;
const content = randomBytes(2 * partBytes + 1000);
const first = content.subarray(0, partBytes);
const second = content.subarray(partBytes, 2 * partBytes);
const third = content.subarray(2 * partBytes);

beforeAll(async () => {
  s3 = await startS3();
  await s3.bucket(Bucket);
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const start = async (Key: string, more = {}) => {
  const { UploadId } = await s3.operator.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
};
type Started = Awaited<ReturnType<typeof start>>;
const part = async (upload: Started, PartNumber: number, Body: Uint8Array, more = {}) => {
  const sent = await s3.operator.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...more }));
  const { ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME } = sent;
  return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME };
};
const complete = (upload: Started, Parts: CompletedPart[], more = {}) =>
  s3.operator.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));
const bytesOf = async (Key: string, more = {}) =>
  Buffer.from(
    (await (await s3.operator.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToByteArray()) ?? [],
  );
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();
const crc64 = (bytes: Uint8Array) => {
  const digest = startDigest('CRC64NVME');
  digest.update(bytes);
  return digest.result().toString('base64');
};

test("lib-storage's upload in parts gives the object back, byte for byte", async () => {
  const upload = new Upload({
    client: s3.operator,
    params: { Bucket, Key: 'lib', Body: content, ContentType: 'video/x', Metadata: { a: '1' } },
    partSize: partBytes,
  });
  await upload.done();
  expect((await bytesOf('lib')).equals(content)).toBe(true);
  const head = await s3.operator.send(new HeadObjectCommand({ Bucket, Key: 'lib', ChecksumMode: 'ENABLED' }));
  const etag = createHash('md5')
    .update(Buffer.concat([first, second, third].map((each) => md5(each))))
    .digest('hex');
  expect(head).toMatchObject({
    ETag: `"${etag}-3"`,
    ContentLength: content.length,
    ContentType: 'video/x',
    Metadata: { a: '1' },
    ChecksumType: 'COMPOSITE',
  });
  expect(head.ChecksumCRC32).toMatch(/-3$/);
});

test('a range may lie across parts', async () => {
  const range = await bytesOf('lib', { Range: `bytes=${partBytes - 10}-${2 * partBytes + 9}` });
  expect(range.equals(content.subarray(partBytes - 10, 2 * partBytes + 10))).toBe(true);
});

test('without a choice the checksum is CRC64NVME of the whole, made from those of the parts', async () => {
  const upload = await start('whole');
  // Parts may come in any order, and again.
  const parts = [await part(upload, 7, third), await part(upload, 2, third)];
  parts.push(await part(upload, 2, first), await part(upload, 3, second));
  const [last, , a, b] = parts;
  const { ChecksumCRC64NVME, ChecksumType } = await complete(
    upload,
    [a, b, last].map((each) => ({ ...each })),
  );
  expect({ ChecksumCRC64NVME, ChecksumType }).toEqual({
    ChecksumCRC64NVME: crc64(content),
    ChecksumType: 'FULL_OBJECT',
  });
  expect((await bytesOf('whole')).equals(content)).toBe(true);
});

test('a composite checksum needs that of each part', async () => {
  const upload = await start('composite', { ChecksumAlgorithm: 'SHA256' });
  const sent = await part(upload, 1, third, { ChecksumAlgorithm: 'SHA256' });
  await expect(part(upload, 2, third, { ChecksumAlgorithm: 'CRC32' })).rejects.toMatchObject({
    name: 'InvalidRequest',
  });
  const { ETag, PartNumber } = sent;
  await expect(complete(upload, [{ ETag, PartNumber }])).rejects.toMatchObject({ name: 'InvalidRequest' });
  const sha256 = createHash('sha256');
  const ofParts = sha256.update(createHash('sha256').update(third).digest()).digest('base64');
  expect(await complete(upload, [sent])).toMatchObject({ ChecksumSHA256: `${ofParts}-1`, ChecksumType: 'COMPOSITE' });
});

test('a claimed checksum or size of the whole is held against it', async () => {
  const upload = await start('claimed', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' });
  const parts = [await part(upload, 1, third, { ChecksumAlgorithm: 'CRC64NVME' })];
  await expect(complete(upload, parts, { ChecksumCRC64NVME: crc64(content) })).rejects.toMatchObject({
    name: 'BadDigest',
  });
  await expect(complete(upload, parts, { MpuObjectSize: 1 })).rejects.toMatchObject({ name: 'InvalidRequest' });
  await complete(upload, parts, { ChecksumCRC64NVME: crc64(third), MpuObjectSize: 1000 });
});

describe('a list of parts', () => {
  let upload: Started;
  let small: Awaited<ReturnType<typeof part>>;
  let large: Awaited<ReturnType<typeof part>>;
  beforeAll(async () => {
    upload = await start('list');
    small = await part(upload, 1, third);
    large = await part(upload, 2, first);
  });

  test('with a small part before the last is refused', async () => {
    await expect(complete(upload, [small, large])).rejects.toMatchObject({ name: 'EntityTooSmall' });
  });
  test('out of order, or with a part twice, is refused', async () => {
    await expect(complete(upload, [large, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete(upload, [large, large])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
  });
  test('with an unknown part or a wrong ETag or checksum is refused', async () => {
    const { ETag } = large;
    await expect(complete(upload, [{ PartNumber: 3, ETag }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(complete(upload, [{ PartNumber: 1, ETag }])).rejects.toMatchObject({ name: 'InvalidPart' });
    const wrong = { ...large, ChecksumCRC32: 'AAAAAA==' };
    await expect(complete(upload, [wrong])).rejects.toMatchObject({ name: 'InvalidPart' });
  });
  test('that is empty is refused', async () => {
    await expect(complete(upload, [])).rejects.toMatchObject({ name: 'MalformedXML' });
  });
  test('is paged, in the order of the numbers', async () => {
    const list = (more: object) => s3.operator.send(new ListPartsCommand({ ...upload, ...more }));
    const page = await list({ MaxParts: 1 });
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1' });
    expect(page.Parts).toMatchObject([{ PartNumber: 1, ETag: small.ETag, Size: 1000 }]);
    const rest = await list({ PartNumberMarker: page.NextPartNumberMarker });
    expect(rest.Parts).toMatchObject([{ PartNumber: 2, ETag: large.ETag, Size: partBytes }]);
    expect(rest.IsTruncated).toBe(false);
  });
});

test('an upload is nothing until it is completed, and leaves no files when it is aborted', async () => {
  const before = await s3.contentFiles();
  const upload = await start('aborted');
  await part(upload, 1, third);
  await expect(s3.operator.send(new HeadObjectCommand({ Bucket, Key: 'aborted' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  await s3.operator.send(new AbortMultipartUploadCommand(upload));
  expect(await s3.contentFiles()).toEqual(before);
  for (const send of [
    () => s3.operator.send(new AbortMultipartUploadCommand(upload)),
    () => part(upload, 1, third),
    () => s3.operator.send(new ListPartsCommand(upload)),
    () => complete(upload, [{ PartNumber: 1, ETag: 'x' }]),
  ]) {
    await expect(send()).rejects.toMatchObject({ name: 'NoSuchUpload', $metadata: { httpStatusCode: 404 } });
  }
});

test('an upload id is good for its own key only', async () => {
  const upload = await start('mine');
  await expect(part({ ...upload, Key: 'other' }, 1, third)).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('completing obeys conditions on the object, and drops the parts that it leaves out', async () => {
  await s3.operator.send(new PutObjectCommand({ Bucket, Key: 'taken', Body: 'x' }));
  const before = await s3.contentFiles();
  const upload = await start('taken');
  const [kept] = [await part(upload, 1, third), await part(upload, 2, third)];
  await expect(complete(upload, [kept], { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await complete(upload, [kept]);
  expect(await s3.contentFiles()).toHaveLength(before.length);
});

test.each([0, 10_001])('a part number of %d is refused', async (PartNumber) => {
  await expect(part(await start('numbers'), PartNumber, third)).rejects.toMatchObject({ name: 'InvalidArgument' });
});
