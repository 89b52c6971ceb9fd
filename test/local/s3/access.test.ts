import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PolicyStatement } from '../../../local/iam/principal.ts';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'guarded';
const bucketArn = `arn:aws:s3:::${Bucket}`;

beforeAll(async () => {
  s3 = await startS3();
  await s3.bucket(Bucket);
  await s3.operator.send(new PutObjectCommand({ Bucket, Key: 'in/a', Body: 'a' }));
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const allow = (Action: string | string[], Resource: string, more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const as = (...statements: PolicyStatement[]) => s3.client(s3.role(...statements));
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('each operation needs its own permission on its own resource', () => {
  const Key = 'in/a';
  const object = `${bucketArn}/${Key}`;
  const upload = async () => {
    const { UploadId } = await s3.operator.send(new CreateMultipartUploadCommand({ Bucket, Key: 'in/m' }));
    return { Bucket, Key: 'in/m', UploadId };
  };
  type Client = typeof s3.operator;
  const cases: [string, string[], string, (client: Client) => Promise<unknown>][] = [
    ['GetObject', ['s3:GetObject'], object, (c) => c.send(new GetObjectCommand({ Bucket, Key }))],
    ['HeadObject', ['s3:GetObject'], object, (c) => c.send(new HeadObjectCommand({ Bucket, Key }))],
    ['PutObject', ['s3:PutObject'], object, (c) => c.send(new PutObjectCommand({ Bucket, Key, Body: 'a' }))],
    ['HeadBucket', ['s3:ListBucket'], bucketArn, (c) => c.send(new HeadBucketCommand({ Bucket }))],
    ['ListObjectsV2', ['s3:ListBucket'], bucketArn, (c) => c.send(new ListObjectsV2Command({ Bucket }))],
    ['ListBuckets', ['s3:ListAllMyBuckets'], '*', (c) => c.send(new ListBucketsCommand({}))],
    [
      'CreateMultipartUpload',
      ['s3:PutObject'],
      `${bucketArn}/in/m`,
      (c) => c.send(new CreateMultipartUploadCommand({ Bucket, Key: 'in/m' })),
    ],
    [
      'UploadPart',
      ['s3:PutObject'],
      `${bucketArn}/in/m`,
      async (c) => c.send(new UploadPartCommand({ ...(await upload()), PartNumber: 1, Body: 'x' })),
    ],
    [
      'CompleteMultipartUpload',
      ['s3:PutObject'],
      `${bucketArn}/in/m`,
      async (c) => {
        const started = await upload();
        const { ETag } = await s3.operator.send(new UploadPartCommand({ ...started, PartNumber: 1, Body: 'x' }));
        const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
        return c.send(new CompleteMultipartUploadCommand({ ...started, MultipartUpload }));
      },
    ],
    [
      'ListParts',
      ['s3:ListMultipartUploadParts'],
      `${bucketArn}/in/m`,
      async (c) => c.send(new ListPartsCommand(await upload())),
    ],
    [
      'AbortMultipartUpload',
      ['s3:AbortMultipartUpload'],
      `${bucketArn}/in/m`,
      async (c) => c.send(new AbortMultipartUploadCommand(await upload())),
    ],
    [
      'CopyObject',
      ['s3:GetObject', 's3:PutObject'],
      `${bucketArn}/in/*`,
      (c) => c.send(new CopyObjectCommand({ Bucket, Key: 'in/copy', CopySource: `${Bucket}/${Key}` })),
    ],
    [
      'DeleteObject',
      ['s3:DeleteObject'],
      `${bucketArn}/in/d`,
      (c) => c.send(new DeleteObjectCommand({ Bucket, Key: 'in/d' })),
    ],
    [
      'PutObject with If-Match',
      ['s3:GetObject', 's3:PutObject'],
      object,
      (c) => c.send(new PutObjectCommand({ Bucket, Key, Body: 'a', IfMatch: '"0cc175b9c0f1b6a831c399e269772661"' })),
    ],
  ];

  test.each(cases)('%s', async (_, actions, resource, send) => {
    await send(as(allow(actions, resource)));
    const everythingElse = allow('*', '*');
    for (const Action of actions) {
      const lacking = as(everythingElse, { Effect: 'Deny', Action, Resource: resource });
      await expect(send(lacking)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    }
    if (resource !== '*') {
      await expect(send(as(allow(actions, `${resource}-other`)))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      });
    }
  });
});

test('a refusal names who may not do what to what', async () => {
  const reading = as().send(new GetObjectCommand({ Bucket, Key: 'in/a' }));
  await expect(reading).rejects.toThrow(
    /^User: arn:aws:sts::111122223333:assumed-role\/\S+ is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::guarded\/in\/a /,
  );
});

test('only who may list the bucket learns that a key is missing', async () => {
  const missing = { Bucket, Key: 'missing' };
  const reader = as(allow('s3:GetObject', `${bucketArn}/*`));
  const lister = as(allow('s3:GetObject', `${bucketArn}/*`), allow('s3:ListBucket', bucketArn));
  await expect(reader.send(new GetObjectCommand(missing))).rejects.toMatchObject(denied);
  await expect(lister.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey' });
  const head = (client: typeof reader) => client.send(new HeadObjectCommand(missing));
  await expect(head(reader)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  await expect(head(lister)).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});

test('a wildcard covers every key, line breaks and all', async () => {
  const writer = as(allow('s3:PutObject', `${bucketArn}/own/*`));
  await writer.send(new PutObjectCommand({ Bucket, Key: 'own/a\nb/😀\u0000*', Body: 'x' }));
  await expect(writer.send(new PutObjectCommand({ Bucket, Key: 'own\n/a', Body: 'x' }))).rejects.toMatchObject(denied);
});

test('a listing can be allowed for a prefix only', async () => {
  const lister = as(allow('s3:ListBucket', bucketArn, { Condition: { StringLike: { 's3:prefix': 'in/*' } } }));
  expect((await lister.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/' }))).KeyCount).toBeGreaterThan(0);
  await expect(lister.send(new ListObjectsV2Command({ Bucket, Prefix: 'out/' }))).rejects.toMatchObject(denied);
  await expect(lister.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied);
});

test('of many deletions each is allowed or refused for itself', async () => {
  for (const Key of ['del/mine', 'del/theirs'])
    await s3.operator.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const { Deleted, Errors } = await as(allow('s3:DeleteObject', `${bucketArn}/del/mine`)).send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'del/mine' }, { Key: 'del/theirs' }] } }),
  );
  expect(Deleted).toMatchObject([{ Key: 'del/mine' }]);
  expect(Errors).toMatchObject([{ Key: 'del/theirs', Code: 'AccessDenied' }]);
  await s3.operator.send(new HeadObjectCommand({ Bucket, Key: 'del/theirs' }));
});

describe('a bucket policy', () => {
  const create = (Statement: object) =>
    s3.create('AWS::S3::BucketPolicy', { Bucket: 'ruled', PolicyDocument: { Version: '2012-10-17', Statement } });
  const write = (client: typeof s3.operator, more = {}) =>
    client.send(new PutObjectCommand({ Bucket: 'ruled', Key: 'k', Body: 'x', ...more }));
  beforeAll(() => s3.bucket('ruled'));

  test('that insists on TLS lets local requests pass, since none of them leaves the machine', async () => {
    const Resource = ['arn:aws:s3:::ruled', 'arn:aws:s3:::ruled/*'];
    const Deny = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource };
    await create([
      { ...Deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { ...Deny, Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } },
    ]);
    await write(s3.operator);
  });

  test('denies whatever the role may', async () => {
    const Condition = { StringNotEquals: { 's3:if-none-match': '*' } };
    await create([
      { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::ruled/*', Condition },
    ]);
    await expect(write(s3.operator)).rejects.toMatchObject(denied);
    await write(s3.operator, { Key: 'new', IfNoneMatch: '*' });
  });

  test('allows what the role does not', async () => {
    const role = s3.role();
    await expect(write(s3.client(role))).rejects.toMatchObject(denied);
    const Principal = { AWS: role.principal.roleArn };
    await create([{ Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: 'arn:aws:s3:::ruled/*' }]);
    await write(s3.client(role));
  });

  test('does not make a bucket public', async () => {
    await create([{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::ruled/*' }]);
    expect((await fetch(`${s3.url}/ruled/k`)).status).toBe(403);
  });

  test('needs its bucket', async () => {
    const PolicyDocument = { Version: '2012-10-17', Statement: [] };
    await expect(s3.create('AWS::S3::BucketPolicy', { Bucket: 'nowhere', PolicyDocument })).rejects.toMatchObject({
      code: 'NoSuchBucket',
    });
  });
});

describe('a bucket under a KMS key', () => {
  const Secret = { Bucket: 'secret', Key: 'k' };
  const encrypted = (keyId: string, BucketKeyEnabled?: boolean) => ({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ...(BucketKeyEnabled !== undefined && { BucketKeyEnabled }),
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId },
        },
      ],
    },
  });
  let keyArn = '';
  const onKey = (Action: string, more = {}) => allow(Action, keyArn, more);
  const onBucket = allow('s3:*', '*');
  beforeAll(async () => {
    keyArn = s3.kmsKey('11111111-1111-1111-1111-111111111111');
    await s3.bucket('secret', encrypted('11111111-1111-1111-1111-111111111111', true));
    await s3.operator.send(new PutObjectCommand({ ...Secret, Body: 'x' }));
  });

  test('says so in each answer, and its ETag is no MD5', async () => {
    const said = {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
      BucketKeyEnabled: true,
      ETag: expect.not.stringContaining('9dd4e461268c8034f5c8564e155c67a6'),
    };
    expect(await s3.operator.send(new PutObjectCommand({ ...Secret, Body: 'x' }))).toMatchObject(said);
    expect(await s3.operator.send(new GetObjectCommand(Secret))).toMatchObject(said);
    expect(await s3.operator.send(new HeadObjectCommand(Secret))).toMatchObject(said);
  });

  test('needs kms:GenerateDataKey to write and kms:Decrypt to read', async () => {
    const writer = as(onBucket, onKey('kms:GenerateDataKey'));
    const reader = as(onBucket, onKey('kms:Decrypt'));
    await writer.send(new PutObjectCommand({ ...Secret, Body: 'y' }));
    await expect(reader.send(new PutObjectCommand({ ...Secret, Body: 'y' }))).rejects.toMatchObject(denied);
    expect(await (await reader.send(new GetObjectCommand(Secret))).Body?.transformToString()).toBe('y');
    await expect(writer.send(new GetObjectCommand(Secret))).rejects.toMatchObject(denied);
    await writer.send(new HeadObjectCommand(Secret));
  });

  test('needs both to copy, and to upload in parts', async () => {
    const copy = new CopyObjectCommand({ ...Secret, Key: 'copy', CopySource: 'secret/k' });
    const start = new CreateMultipartUploadCommand({ ...Secret, Key: 'parts' });
    const writer = as(onBucket, onKey('kms:GenerateDataKey'));
    const both = as(onBucket, onKey('kms:GenerateDataKey'), onKey('kms:Decrypt'));
    await expect(writer.send(copy)).rejects.toMatchObject(denied);
    expect(await both.send(copy)).toMatchObject({ SSEKMSKeyId: keyArn });
    const { UploadId } = await writer.send(start);
    const part = new UploadPartCommand({ ...Secret, Key: 'parts', UploadId, PartNumber: 1, Body: 'x' });
    await expect(writer.send(part)).rejects.toMatchObject(denied);
    expect(await both.send(part)).toMatchObject({ SSEKMSKeyId: keyArn });
  });

  test('lets the key be used through S3 and for that bucket only, if the policy says so', async () => {
    const Condition = (arn: string) => ({
      Condition: {
        StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': arn },
      },
    });
    const through = (arn: string) => as(onBucket, onKey('kms:Decrypt', Condition(arn)));
    await through('arn:aws:s3:::secret').send(new GetObjectCommand(Secret));
    await expect(through('arn:aws:s3:::other').send(new GetObjectCommand(Secret))).rejects.toMatchObject(denied);
  });

  test('can be overruled object by object', async () => {
    const plain = await s3.operator.send(
      new PutObjectCommand({ ...Secret, Key: 'plain', Body: 'x', ServerSideEncryption: 'AES256' }),
    );
    expect(plain).toMatchObject({ ServerSideEncryption: 'AES256' });
    const SSEKMSKeyId = s3.kmsKey('22222222-2222-2222-2222-222222222222');
    const other = await s3.operator.send(
      new PutObjectCommand({ Bucket, Key: 'keyed', Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId }),
    );
    expect(other).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId });
  });

  test('refuses a key that is unknown or disabled', async () => {
    const SSEKMSKeyId = '33333333-3333-3333-3333-333333333333';
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId });
    await expect(s3.operator.send(put)).rejects.toMatchObject({ name: 'KMS.NotFoundException' });
    s3.kmsKey(SSEKMSKeyId, false);
    await expect(s3.operator.send(put)).rejects.toMatchObject({ name: 'KMS.DisabledException' });
    await expect(s3.bucket('keyless', encrypted('unknown'))).rejects.toThrow('unknown');
  });
});

test('a bucket of an account that is not expected is refused', async () => {
  const ExpectedBucketOwner = '999999999999';
  await expect(s3.operator.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
  await s3.operator.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: s3.account }));
});
