import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import * as sdk from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedFetch } from './signed-fetch.ts';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'strict';
const Key = 'object';

beforeAll(async () => {
  s3 = await startS3();
  await s3.bucket(Bucket);
  await s3.operator.send(new sdk.PutObjectCommand({ Bucket, Key, Body: 'untouched' }));
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const content = async (key: string) =>
  (await s3.operator.send(new sdk.GetObjectCommand({ Bucket, Key: key }))).Body?.transformToString();

describe('an operation that is not here is refused by its name, and changes nothing', () => {
  const object = { Bucket, Key };
  const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
  const UploadId = 'x';
  test.each([
    ['PutObjectTagging', new sdk.PutObjectTaggingCommand({ ...object, Tagging })],
    ['GetObjectTagging', new sdk.GetObjectTaggingCommand(object)],
    ['DeleteObjectTagging', new sdk.DeleteObjectTaggingCommand(object)],
    ['PutObjectAcl', new sdk.PutObjectAclCommand({ ...object, ACL: 'private' })],
    ['GetObjectAcl', new sdk.GetObjectAclCommand(object)],
    ['GetObjectAttributes', new sdk.GetObjectAttributesCommand({ ...object, ObjectAttributes: ['ETag'] })],
    ['PutObjectRetention', new sdk.PutObjectRetentionCommand({ ...object, Retention: { Mode: 'GOVERNANCE' } })],
    ['PutObjectLegalHold', new sdk.PutObjectLegalHoldCommand({ ...object, LegalHold: { Status: 'ON' } })],
    ['RestoreObject', new sdk.RestoreObjectCommand({ ...object, RestoreRequest: {} })],
    ['RenameObject', new sdk.RenameObjectCommand({ ...object, RenameSource: 'x' })],
    [
      'UploadPartCopy',
      new sdk.UploadPartCopyCommand({ ...object, UploadId, PartNumber: 1, CopySource: `${Bucket}/${Key}` }),
    ],
    ['GetObject with the parameter versionId', new sdk.GetObjectCommand({ ...object, VersionId: 'null' })],
    ['GetObject with the parameter partNumber', new sdk.GetObjectCommand({ ...object, PartNumber: 1 })],
    ['DeleteObject with the parameter versionId', new sdk.DeleteObjectCommand({ ...object, VersionId: 'v' })],
    ['CreateBucket', new sdk.CreateBucketCommand({ Bucket: 'another' })],
    ['DeleteBucket', new sdk.DeleteBucketCommand({ Bucket })],
    ['PutBucketPolicy', new sdk.PutBucketPolicyCommand({ Bucket, Policy: '{}' })],
    ['PutBucketVersioning', new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} })],
    ['GetBucketVersioning', new sdk.GetBucketVersioningCommand({ Bucket })],
    ['GetBucketLocation', new sdk.GetBucketLocationCommand({ Bucket })],
    [
      'PutBucketEncryption',
      new sdk.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [] } }),
    ],
    ['ListObjectVersions', new sdk.ListObjectVersionsCommand({ Bucket })],
    ['ListMultipartUploads', new sdk.ListMultipartUploadsCommand({ Bucket })],
    ['ListObjects', new sdk.ListObjectsCommand({ Bucket })],
    ['PutPublicAccessBlock', new sdk.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: {} })],
  ])('%s', async (name, command) => {
    await expect(s3.operator.send(command as sdk.GetObjectCommand)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: `${name} is not implemented.`,
      $metadata: { httpStatusCode: 501 },
    });
    expect(await content(Key)).toBe('untouched');
  });
});

test.each([
  ['a tag', { Tagging: 'a=b' }],
  ['a storage class', { StorageClass: 'GLACIER' as const }],
  ['a lock', { ObjectLockMode: 'GOVERNANCE' as const, ObjectLockRetainUntilDate: new Date() }],
  ["a customer's key", { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'k'.repeat(32) }],
  ['an offset', { WriteOffsetBytes: 0 }],
])('an object is not stored without %s that was asked for', async (_, more) => {
  const put = new sdk.PutObjectCommand({ Bucket, Key: 'more', Body: 'x', ...more });
  await expect(s3.operator.send(put)).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('ACLs are off, as in new buckets', async () => {
  const put = (ACL: sdk.ObjectCannedACL) =>
    s3.operator.send(new sdk.PutObjectCommand({ Bucket, Key: 'acl', Body: 'x', ACL }));
  await expect(put('public-read')).rejects.toMatchObject({ name: 'AccessControlListNotSupported' });
  await put('bucket-owner-full-control');
});

test('a parameter that nobody knows is refused, not overlooked', async () => {
  const answer = await signedFetch(s3, 'PUT', `/${Bucket}/${Key}`, { body: 'x', query: { annotation: 'a' } });
  expect(answer.status).toBe(501);
  expect(answer.text()).toContain('PutObject with the parameter annotation is not implemented.');
  expect(await content(Key)).toBe('untouched');
});

describe('hostile keys', () => {
  const keys = [
    '../../../etc/passwd',
    '/',
    '//',
    './.',
    '..',
    'a/../b',
    'trailing/',
    'nul\u0000',
    '😀',
    'é',
    '%2e%2e%2f',
    'a\\b',
    'é'.repeat(512),
  ];
  test.each(keys.map((key) => [JSON.stringify(key).slice(0, 30), key]))(
    '%s is a key like any other',
    async (_, key) => {
      await s3.operator.send(new sdk.PutObjectCommand({ Bucket, Key: key, Body: `content of ${key}` }));
      expect(await content(key)).toBe(`content of ${key}`);
      await s3.operator.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }));
      await expect(content(key)).rejects.toMatchObject({ name: 'NoSuchKey' });
    },
  );

  test('any text of up to 1,024 bytes is one', async () => {
    const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(texts, async (key) => {
        await s3.operator.send(new sdk.PutObjectCommand({ Bucket, Key: key, Body: 'x', IfNoneMatch: '*' }));
        expect(await content(key)).toBe('x');
        await s3.operator.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }));
      }),
      { numRuns: 30 },
    );
  });

  test('a longer one is refused', async () => {
    const put = new sdk.PutObjectCommand({ Bucket, Key: 'é'.repeat(513), Body: 'x' });
    await expect(s3.operator.send(put)).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  test('their content lies in files of our naming', async () => {
    await s3.operator.send(new sdk.PutObjectCommand({ Bucket, Key: '../../escape', Body: 'x' }));
    for (const file of await s3.contentFiles()) expect(file).toMatch(/\/s3\/content\/([0-9a-f]{2})\/\1[0-9a-f]{30}$/);
  });
});

describe('a malformed request gets an answer, and the server lives', () => {
  const codeOf = async (...request: Parameters<typeof signedFetch> extends [unknown, ...infer Rest] ? Rest : never) => {
    const answer = await signedFetch(s3, ...request);
    return `${answer.status} ${/<Code>(\w+)<\/Code>/.exec(answer.text())?.[1]}`;
  };
  const list = { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' };

  test('with a key that is not UTF-8', async () => {
    expect(await codeOf('GET', `/${Bucket}/%ff`)).toBe('400 InvalidURI');
    expect(await codeOf('GET', `/${Bucket}/%zz`)).toBe('400 InvalidURI');
  });
  test('with a method that S3 has not', async () => {
    expect(await codeOf('PATCH', `/${Bucket}/${Key}`)).toBe('405 MethodNotAllowed');
    expect(await codeOf('POST', `/${Bucket}/${Key}`)).toBe('405 MethodNotAllowed');
  });
  test('without a length', async () => {
    const headers = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
    expect(await codeOf('PUT', `/${Bucket}/x`, { headers })).toBe('411 MissingContentLength');
  });
  test('with a length beyond 5 GB', async () => {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(5 * 1024 ** 3 + 1),
    };
    expect(await codeOf('PUT', `/${Bucket}/x`, { headers })).toBe('400 EntityTooLarge');
  });
  test('with too much metadata', async () => {
    const headers = { 'x-amz-meta-a': 'x'.repeat(2048) };
    expect(await codeOf('PUT', `/${Bucket}/x`, { headers })).toBe('400 MetadataTooLarge');
  });
  test('with a digest of no kind', async () => {
    const headers = { 'x-amz-content-sha256': 'nonsense' };
    expect(await codeOf('PUT', `/${Bucket}/x`, { headers })).toBe('400 InvalidArgument');
  });
  test('with two checksums', async () => {
    const headers = { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' };
    expect(await codeOf('PUT', `/${Bucket}/x`, { headers })).toBe('400 InvalidRequest');
  });
  test.each([
    ['that is none', 'hello'],
    ['with entities of its own', '<!DOCTYPE a [<!ENTITY x "y">]><Delete><Object><Key>&x;</Key></Object></Delete>'],
    ['for another operation', '<CompleteMultipartUpload/>'],
    ['without keys', '<Delete/>'],
    ['with an open end', '<Delete><Object><Key>a'],
    ['nested without end', '<Delete>'.repeat(1000)],
    ['with too many keys', `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`],
  ])('with XML %s', async (_, body) => {
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
    expect(await codeOf('POST', `/${Bucket}`, { body, headers, query: { delete: '' } })).toBe('400 MalformedXML');
  });
  test('with a list of keys and no digest of it', async () => {
    const body = '<Delete><Object><Key>a</Key></Object></Delete>';
    expect(await codeOf('POST', `/${Bucket}`, { body, query: { delete: '' } })).toBe('400 InvalidRequest');
    expect(await codeOf('POST', `/${Bucket}`, { body, headers: list, query: { delete: '' } })).toBe('400 BadDigest');
  });
});

test('an error is S3 XML with code, message, resource and request id, and HEAD gets none of it', async () => {
  const answer = await signedFetch(s3, 'GET', `/${Bucket}/a&b`);
  expect(answer.headers['content-type']).toBe('application/xml');
  expect(answer.text()).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>' +
      `<Resource>/${Bucket}/a&amp;b</Resource><RequestId>${String(answer.headers['x-amz-request-id'])}</RequestId></Error>`,
  );
  const head = await signedFetch(s3, 'HEAD', `/${Bucket}/missing`);
  expect([head.status, head.text()]).toEqual([404, '']);
});

test('a connection serves on after its request was refused in the middle of a body', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<unknown>();
  const send = () =>
    new Promise<number>((resolve, reject) => {
      const sending = request(`${s3.url}/${Bucket}/x`, { method: 'PUT', agent }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      });
      sending.on('socket', (socket) => sockets.add(socket));
      sending.on('error', reject);
      sending.end(Buffer.alloc(3_000_000));
    });
  expect([await send(), await send(), await send()]).toEqual([403, 403, 403]);
  expect(sockets.size).toBe(1);
  agent.destroy();
});
