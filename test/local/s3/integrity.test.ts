import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type ChecksumAlgorithm,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { combineCrc } from '../../../local/s3/checksum/combine-crc.ts';
import { startDigest } from '../../../local/s3/checksum/digest.ts';
import { signedFetch } from './signed-fetch.ts';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'integrity';

beforeAll(async () => {
  s3 = await startS3();
  await s3.bucket(Bucket);
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const put = (input: Omit<PutObjectCommandInput, 'Bucket'>) =>
  s3.operator.send(new PutObjectCommand({ Bucket, ...input }));
const exists = (Key: string) =>
  s3.operator.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );

const algorithms: ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

describe.each(algorithms)('%s', (algorithm) => {
  const content = randomBytes(300_000);
  const field = `Checksum${algorithm}`;

  test('is verified when it comes before the content, kept, and sent back to who asks', async () => {
    const Key = `header-${algorithm}`;
    const stored = await put({ Key, Body: content, ChecksumAlgorithm: algorithm });
    const read = await s3.operator.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    // The SDK verifies the checksum with its own implementation while it reads.
    expect(Buffer.compare(Buffer.from((await read.Body?.transformToByteArray()) ?? []), content)).toBe(0);
    expect(read).toMatchObject({
      [field]: (stored as unknown as Record<string, string>)[field],
      ChecksumType: 'FULL_OBJECT',
    });
  });

  test('is verified when it follows the content of a stream', async () => {
    const Key = `trailer-${algorithm}`;
    // S3 takes no chunk under 8 KiB but the last, and the SDK says so.
    const Body = Readable.from([content.subarray(0, 8192), content.subarray(8192, 100_000), content.subarray(100_000)]);
    await put({ Key, Body, ContentLength: content.length, ChecksumAlgorithm: algorithm });
    const read = await s3.operator.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.compare(Buffer.from((await read.Body?.transformToByteArray()) ?? []), content)).toBe(0);
    expect(read.ContentEncoding).toBeUndefined();
  });

  test('that does not match is refused, and nothing is stored', async () => {
    const wrong = startDigest(algorithm as 'CRC32');
    wrong.update(Buffer.from('something else'));
    const Key = `wrong-${algorithm}`;
    await expect(put({ Key, Body: content, [field]: wrong.result().toString('base64') })).rejects.toMatchObject({
      name: 'BadDigest',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(put({ Key, Body: content, [field]: 'AAAA' })).rejects.toMatchObject({ name: 'InvalidRequest' });
    expect(await exists(Key)).toBe(false);
  });
});

test('an object without a checksum of its writer gets CRC64NVME', async () => {
  await signedFetch(s3, 'PUT', `/${Bucket}/plain`, { body: '123456789' });
  const read = await s3.operator.send(new HeadObjectCommand({ Bucket, Key: 'plain', ChecksumMode: 'ENABLED' }));
  expect(read.ChecksumCRC64NVME).toBe('rosUhgp5mIg=');
});

test('a Content-MD5 that does not match, or is none, is refused', async () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('base64');
  expect(await put({ Key: 'md5', Body: 'abc', ContentMD5: md5('abc') })).toMatchObject({ ChecksumType: 'FULL_OBJECT' });
  await expect(put({ Key: 'bad-md5', Body: 'abc', ContentMD5: md5('abd') })).rejects.toMatchObject({
    name: 'BadDigest',
  });
  await expect(put({ Key: 'bad-md5', Body: 'abc', ContentMD5: 'abc' })).rejects.toMatchObject({
    name: 'InvalidDigest',
  });
  expect(await exists('bad-md5')).toBe(false);
});

test('a body that is not the one that was signed is refused', async () => {
  const answer = await signedFetch(s3, 'PUT', `/${Bucket}/forged`, { body: 'signed', sentBody: 'forged' });
  expect(answer.status).toBe(400);
  expect(answer.text()).toContain('<Code>XAmzContentSHA256Mismatch</Code>');
  expect(await exists('forged')).toBe(false);
});

describe('aws-chunked framing', () => {
  const crc = (text: string) => {
    const digest = startDigest('CRC32');
    digest.update(Buffer.from(text));
    return digest.result().toString('base64');
  };
  const send = (sentBody: string, decodedBytes: number, trailer = 'x-amz-checksum-crc32') =>
    signedFetch(s3, 'PUT', `/${Bucket}/framed`, {
      sentBody,
      headers: {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': String(decodedBytes),
        'x-amz-trailer': trailer,
        'content-encoding': 'aws-chunked',
      },
    });

  test('is taken off the content', async () => {
    expect((await send(`5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc('hello')}\r\n\r\n`, 5)).status).toBe(200);
    const read = await s3.operator.send(new GetObjectCommand({ Bucket, Key: 'framed' }));
    expect(await read.Body?.transformToString()).toBe('hello');
  });

  test.each([
    ['a wrong trailer', `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc('other')}\r\n\r\n`, 5, 'BadDigest'],
    ['no trailer', '5\r\nhello\r\n0\r\n\r\n', 5, 'BadDigest'],
    ['less than announced', `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc('hello')}\r\n\r\n`, 6, 'IncompleteBody'],
    ['more than announced', `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc('hello')}\r\n\r\n`, 4, 'IncompleteBody'],
    ['an early end', '5\r\nhel', 5, 'IncompleteBody'],
    ['no end', '5\r\nhello\r\n', 5, 'IncompleteBody'],
    ['no size', 'hello', 5, 'IncompleteBody'],
    ['a size that is none', 'x\r\nhello\r\n0\r\n\r\n', 5, 'InvalidRequest'],
    ['a longer chunk than its size', '4\r\nhello\r\n0\r\n\r\n', 5, 'InvalidRequest'],
    ['an endless line', `${'5'.repeat(5000)}`, 5, 'InvalidRequest'],
    ['crumbs', '1\r\nh\r\n1\r\ne\r\n3\r\nllo\r\n0\r\n\r\n', 5, 'InvalidChunkSizeError'],
  ])('with %s is refused', async (_, body, decodedBytes, code) => {
    const answer = await send(body, decodedBytes);
    expect(answer.text()).toContain(`<Code>${code}</Code>`);
  });

  test('needs a trailer that is known', async () => {
    expect((await send('0\r\n\r\n', 0, 'x-amz-checksum-odd')).text()).toContain('<Code>InvalidRequest</Code>');
  });

  test('with signed chunks is not implemented, and says so', async () => {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '0',
    };
    const answer = await signedFetch(s3, 'PUT', `/${Bucket}/framed`, { sentBody: '0\r\n\r\n', headers });
    expect(answer.status).toBe(501);
  });
});

test('the CRC of two strings in a row follows from theirs', () => {
  const crcOf = (algorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME', bytes: Uint8Array) => {
    const digest = startDigest(algorithm);
    digest.update(bytes);
    return BigInt(`0x${digest.result().toString('hex')}`);
  };
  fc.assert(
    fc.property(
      fc.constantFrom('CRC32' as const, 'CRC32C' as const, 'CRC64NVME' as const),
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ maxLength: 3000 }),
      (algorithm, first, second) => {
        const whole = crcOf(algorithm, Buffer.concat([first, second]));
        expect(combineCrc(algorithm, crcOf(algorithm, first), crcOf(algorithm, second), second.length)).toBe(whole);
      },
    ),
  );
});
