import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'objects';

beforeAll(async () => {
  s3 = await startS3();
  await s3.bucket(Bucket);
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const put = (Key: string, Body: string | Uint8Array, more = {}) =>
  s3.operator.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more = {}) => s3.operator.send(new GetObjectCommand({ Bucket, Key, ...more }));
const textOf = async (Key: string, more = {}) => (await get(Key, more)).Body?.transformToString();

test('an object comes back with its bytes, its headers and its metadata', async () => {
  const { ETag } = await put('greeting', 'hello', {
    ContentType: 'text/plain',
    CacheControl: 'no-store',
    ContentDisposition: 'inline',
    ContentEncoding: 'identity',
    ContentLanguage: 'en',
    Expires: new Date('2030-01-01T00:00:00Z'),
    Metadata: { colour: 'blue' },
  });
  expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  const described = {
    ETag,
    ContentLength: 5,
    ContentType: 'text/plain',
    CacheControl: 'no-store',
    ContentDisposition: 'inline',
    ContentEncoding: 'identity',
    ContentLanguage: 'en',
    ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
    Metadata: { colour: 'blue' },
    ServerSideEncryption: 'AES256',
    AcceptRanges: 'bytes',
  };
  expect(await get('greeting')).toMatchObject(described);
  expect(await s3.operator.send(new HeadObjectCommand({ Bucket, Key: 'greeting' }))).toMatchObject(described);
  expect(await textOf('greeting')).toBe('hello');
});

test('an overwrite replaces an object whole, its metadata too', async () => {
  await put('twice', 'first and longer', { Metadata: { a: '1' } });
  await put('twice', 'second');
  const object = await get('twice');
  expect(await object.Body?.transformToString()).toBe('second');
  expect(object.Metadata).toEqual({});
});

test('an empty object is an object', async () => {
  await put('empty', '', { ContentLength: 0 });
  expect(await textOf('empty')).toBe('');
  await expect(get('empty', { Range: 'bytes=0-0' })).rejects.toMatchObject({ name: 'InvalidRange' });
});

test('a reader keeps what it reads while the object is overwritten', async () => {
  const size = 4 * 1024 * 1024;
  await put('slow', new Uint8Array(size).fill(1));
  const { Body } = await get('slow');
  await put('slow', new Uint8Array(size).fill(2));
  const bytes = await Body?.transformToByteArray();
  expect(bytes?.length).toBe(size);
  expect(bytes?.every((byte) => byte === 1)).toBe(true);
});

describe('ranges', () => {
  beforeAll(() => put('digits', '0123456789'));

  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('%s gives its part of the object', async (Range, text, ContentRange) => {
    const part = await get('digits', { Range });
    expect(await part.Body?.transformToString()).toBe(text);
    expect(part).toMatchObject({ ContentRange, ContentLength: text.length, $metadata: { httpStatusCode: 206 } });
  });

  test.each(['bytes=10-', 'bytes=10-12', 'bytes=-0'])('%s is not satisfiable', async (Range) => {
    await expect(get('digits', { Range })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  test.each(['bytes=3-1', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=-'])('%s is as good as none', async (Range) => {
    expect(await textOf('digits', { Range })).toBe('0123456789');
  });
});

describe('conditional reads', () => {
  const status = (more: object) =>
    get('state', more).then(
      (answer) => answer.$metadata.httpStatusCode,
      (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
    );
  const past = new Date('2020-01-01T00:00:00Z');
  let ETag = '';
  let modified = past;
  beforeAll(async () => {
    ETag = (await put('state', 'x')).ETag ?? '';
    modified = (await get('state')).LastModified ?? past;
  });

  test('If-Match and If-None-Match compare the ETag', async () => {
    expect(await status({ IfMatch: ETag })).toBe(200);
    expect(await status({ IfMatch: '"other"' })).toBe(412);
    expect(await status({ IfNoneMatch: '"other"' })).toBe(200);
    expect(await status({ IfNoneMatch: ETag })).toBe(304);
  });

  test('If-Modified-Since and If-Unmodified-Since compare the time', async () => {
    expect(await status({ IfModifiedSince: past })).toBe(200);
    expect(await status({ IfModifiedSince: modified })).toBe(304);
    expect(await status({ IfUnmodifiedSince: past })).toBe(412);
    expect(await status({ IfUnmodifiedSince: modified })).toBe(200);
  });

  test('of a pair the ETag decides', async () => {
    expect(await status({ IfMatch: ETag, IfUnmodifiedSince: past })).toBe(200);
    expect(await status({ IfNoneMatch: ETag, IfModifiedSince: past })).toBe(304);
  });
});

test('a reader may choose the headers of the answer, but none that would break it', async () => {
  await put('named', 'x');
  expect(
    await get('named', {
      ResponseContentType: 'text/csv',
      ResponseContentDisposition: 'attachment; filename="a b.csv"',
      ResponseCacheControl: 'no-cache',
    }),
  ).toMatchObject({
    ContentType: 'text/csv',
    ContentDisposition: 'attachment; filename="a b.csv"',
    CacheControl: 'no-cache',
  });
  for (const ResponseContentDisposition of ['a\r\nset-cookie: x', '€']) {
    await expect(get('named', { ResponseContentDisposition })).rejects.toMatchObject({ name: 'InvalidArgument' });
  }
});

test('a deleted object is gone, and a missing one is deleted just as well', async () => {
  await put('doomed', 'x');
  for (let turn = 0; turn < 2; turn++) {
    const answer = await s3.operator.send(new DeleteObjectCommand({ Bucket, Key: 'doomed' }));
    expect(answer.$metadata.httpStatusCode).toBe(204);
  }
  await expect(get('doomed')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  await expect(s3.operator.send(new HeadObjectCommand({ Bucket, Key: 'doomed' }))).rejects.toMatchObject({
    name: 'NotFound',
    $metadata: { httpStatusCode: 404 },
  });
});

test('many objects are deleted in one go, whatever their keys', async () => {
  const keys = ['plain', 'a&b<c>', 'mit "Zeichen" 😀', ' spaced ', 'tab\there'];
  for (const key of keys) await put(`many/${key}`, 'x');
  const Objects = keys.map((key) => ({ Key: `many/${key}` }));
  const { Deleted, Errors } = await s3.operator.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Errors).toBeUndefined();
  expect(Deleted?.map(({ Key }) => Key)).toEqual(Objects.map(({ Key }) => Key));
  const quiet = await s3.operator.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  expect(quiet.Deleted).toBeUndefined();
  const left = await s3.operator.send(new ListObjectsV2Command({ Bucket, Prefix: 'many/' }));
  expect(left.KeyCount).toBe(0);
});

describe('copies', () => {
  const copy = (Key: string, CopySource: string, more = {}) =>
    s3.operator.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...more }));
  beforeAll(() => put('source é', 'content', { ContentType: 'text/plain', Metadata: { a: '1' } }));
  const source = `${Bucket}/${encodeURIComponent('source é')}`;

  test('a copy has the content and the metadata of its source', async () => {
    const { CopyObjectResult } = await copy('copy', source);
    const object = await get('copy');
    expect(await object.Body?.transformToString()).toBe('content');
    expect(object).toMatchObject({ ETag: CopyObjectResult?.ETag, ContentType: 'text/plain', Metadata: { a: '1' } });
  });

  test('a copy can have metadata of its own, also onto its source', async () => {
    await copy('own', `/${source}`);
    await copy('own', `${Bucket}/own`, { MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
    expect(await get('own')).toMatchObject({ ContentType: 'binary/octet-stream', Metadata: { b: '2' } });
    expect(await textOf('own')).toBe('content');
    await expect(copy('own', `${Bucket}/own`)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  test('a copy may depend on the state of its source', async () => {
    await expect(copy('c', source, { CopySourceIfMatch: '"x"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const { ETag } = await get('source é');
    await expect(copy('c', source, { CopySourceIfNoneMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await copy('c', source, { CopySourceIfMatch: ETag });
  });

  test('a missing source, or one that is none, is refused', async () => {
    await expect(copy('c', `${Bucket}/missing`)).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(copy('c', 'nowhere/missing')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(copy('c', 'nothing')).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

test('buckets are listed, and an unknown one is not there', async () => {
  const { Buckets } = await s3.operator.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  expect(await s3.operator.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: s3.region });
  await expect(s3.operator.send(new HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  await expect(s3.operator.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
    $metadata: { httpStatusCode: 404 },
  });
});
