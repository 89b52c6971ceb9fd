import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'presigned';
let skewMs = 0;

beforeAll(async () => {
  s3 = await startS3({ now: () => Date.now() + skewMs });
  await s3.bucket(Bucket);
  await s3.operator.send(new PutObjectCommand({ Bucket, Key: 'shared é+', Body: 'shared' }));
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const toGet = (more = {}) =>
  getSignedUrl(s3.operator, new GetObjectCommand({ Bucket, Key: 'shared é+', ...more }), { expiresIn: 60 });
const toPut = (more: Partial<PutObjectCommandInput> = {}, options = {}) =>
  getSignedUrl(s3.operator, new PutObjectCommand({ Bucket, Key: 'upload', ...more }), { expiresIn: 60, ...options });

test('a presigned GET gives the object to who holds the URL', async () => {
  const answer = await fetch(await toGet({ ResponseContentType: 'text/csv' }));
  expect(await answer.text()).toBe('shared');
  expect(answer.headers.get('content-type')).toBe('text/csv');
});

test('a presigned PUT takes an object, with the metadata that was signed into it', async () => {
  const url = await toPut({ Metadata: { origin: 'form' }, ContentType: 'text/plain' });
  const answer = await fetch(url, { method: 'PUT', body: 'uploaded', headers: { 'content-type': 'text/plain' } });
  expect(answer.status).toBe(200);
  const head = await s3.operator.send(new HeadObjectCommand({ Bucket, Key: 'upload' }));
  expect(head).toMatchObject({ ContentLength: 8, ContentType: 'text/plain', Metadata: { origin: 'form' } });
});

test('a checksum binds the content of a presigned PUT as a signed header, and in the query, as in AWS, not', async () => {
  const ChecksumSHA256 = createHash('sha256').update('expected').digest('base64');
  const headers = { 'x-amz-checksum-sha256': ChecksumSHA256 };
  const bound = await toPut({ Key: 'bound', ChecksumSHA256 }, { unhoistableHeaders: new Set(Object.keys(headers)) });
  const refused = await fetch(bound, { method: 'PUT', body: 'another!', headers });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('<Code>BadDigest</Code>');
  expect((await fetch(bound, { method: 'PUT', body: 'expected' })).status).toBe(403);
  expect((await fetch(bound, { method: 'PUT', body: 'expected', headers })).status).toBe(200);
  const loose = await toPut({ Key: 'loose', ChecksumSHA256 });
  expect((await fetch(loose, { method: 'PUT', body: 'another!' })).status).toBe(200);
});

describe('a presigned URL is refused', () => {
  const codeOf = async (url: string, init: RequestInit = {}) => {
    const answer = await fetch(url, init);
    return `${answer.status} ${/<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1]}`;
  };

  test('once it has expired', async () => {
    const url = await toGet();
    skewMs = 61_000;
    expect(await codeOf(url)).toBe('403 AccessDenied');
    skewMs = 0;
    expect((await fetch(url)).status).toBe(200);
  });

  test('for another key, method, header or parameter than the signed ones', async () => {
    const url = await toGet();
    expect(await codeOf(url.replace('shared', 'secret'))).toBe('403 SignatureDoesNotMatch');
    expect(await codeOf(url, { method: 'DELETE' })).toBe('403 SignatureDoesNotMatch');
    expect(await codeOf(`${url}&response-content-type=text%2Fhtml`)).toBe('403 SignatureDoesNotMatch');
    expect(await codeOf(url, { headers: { 'x-amz-meta-a': 'b' } })).toBe('403 AccessDenied');
  });

  test('when it was signed with another secret, or by nobody we know', async () => {
    const { operator } = s3.credentials;
    const sign = (credential: typeof operator) =>
      getSignedUrl(s3.client(credential), new GetObjectCommand({ Bucket, Key: 'shared é+' }), { expiresIn: 60 });
    expect(await codeOf(await sign({ ...operator, secretAccessKey: 'guessed' }))).toBe('403 SignatureDoesNotMatch');
    expect(await codeOf(await sign({ ...operator, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }))).toBe(
      '403 InvalidAccessKeyId',
    );
  });

  test('when it is not signed at all', async () => {
    const [plain = ''] = (await toGet()).split('?');
    expect(await codeOf(plain)).toBe('403 AccessDenied');
    expect(await codeOf(plain, { method: 'PUT', body: 'x' })).toBe('403 AccessDenied');
  });

  test('when its signer may not do it', async () => {
    const nobody = s3.client(s3.role());
    const url = await getSignedUrl(nobody, new GetObjectCommand({ Bucket, Key: 'shared é+' }), { expiresIn: 60 });
    expect(await codeOf(url)).toBe('403 AccessDenied');
  });
});
