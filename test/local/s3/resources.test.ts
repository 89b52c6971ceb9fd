import { HeadObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { propertyProblems } from '../../../local/cloudformation/property-problems.ts';
import { withoutPaths } from '../../../local/cloudformation/without-paths.ts';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;

beforeAll(async () => {
  s3 = await startS3();
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

test('a bucket offers its name and its attributes to the rest of the template', async () => {
  expect(await s3.create('AWS::S3::Bucket', { BucketName: 'named-bucket' })).toEqual({
    ref: 'named-bucket',
    attributes: {
      Arn: 'arn:aws:s3:::named-bucket',
      DomainName: 'named-bucket.s3.amazonaws.com',
      RegionalDomainName: 'named-bucket.s3.eu-central-1.amazonaws.com',
    },
  });
  expect(await s3.create('AWS::S3::Bucket', {}, 'Unnamed')).toMatchObject({ ref: 'test-unnamed-0123abcd' });
});

test.each(['Upper', 'ab', 'under_score', '-dash', '192.168.0.1', 'two..dots', 'xn--x', 'x'.repeat(64)])(
  'a bucket is not called %s',
  async (BucketName) => {
    await expect(s3.create('AWS::S3::Bucket', { BucketName })).rejects.toThrow('not a name that S3 gives to a bucket');
  },
);

test('what cannot be honoured is an error that names it', async () => {
  await expect(s3.create('AWS::S3::Bucket', { CorsConfiguration: {} })).rejects.toThrow('CorsConfiguration');
  await expect(s3.create('AWS::S3::Bucket', { WebsiteConfiguration: {} })).rejects.toThrow('WebsiteConfiguration');
  const ServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms' };
  const BucketEncryption = { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault }] };
  await expect(s3.create('AWS::S3::Bucket', { BucketEncryption })).rejects.toThrow('aws/s3 does not exist locally');
});

test('objects outlive a restart, buckets are what the template declares', async () => {
  await s3.bucket('kept');
  await s3.operator.send(new PutObjectCommand({ Bucket: 'kept', Key: 'k', Body: 'x' }));
  const created = async () =>
    (await s3.operator.send(new ListBucketsCommand({}))).Buckets?.find(({ Name }) => Name === 'kept')?.CreationDate;
  const before = await created();
  s3.reopen();
  const head = () => s3.operator.send(new HeadObjectCommand({ Bucket: 'kept', Key: 'k' }));
  await expect(head()).rejects.toMatchObject({ name: 'NotFound' });
  await s3.bucket('kept');
  expect(await head()).toMatchObject({ ContentLength: 1 });
  expect(await created()).toEqual(before);
});

test('whatever the CDK renders for private, encrypted, versioned, locked and logged buckets is understood', async () => {
  const stack = new Stack(new App({ context: { '@aws-cdk/aws-s3:createDefaultLoggingPolicy': true } }), 'S');
  const serverAccessLogsBucket = new Bucket(stack, 'Logs', {
    enforceSSL: true,
    encryption: BucketEncryption.S3_MANAGED,
  });
  new Bucket(stack, 'Defaults');
  new Bucket(stack, 'Everything', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryptionKey: new Key(stack, 'Key'),
    bucketKeyEnabled: true,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(1)),
    lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
    // The library's own types disagree under exactOptionalPropertyTypes.
    serverAccessLogsBucket: serverAccessLogsBucket as IBucket,
    serverAccessLogsPrefix: 'everything/',
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true,
  });
  const rendered = Template.fromStack(stack).toJSON()['Resources'] as Record<
    string,
    { Type: string; Properties?: object }
  >;
  const seen = new Set<string>();
  const problems = Object.values(rendered).flatMap(({ Type, Properties = {} }) => {
    const found = s3.resourceTypes().find((candidate) => candidate.type === Type);
    if (found === undefined) return [];
    seen.add(Type);
    return propertyProblems(found.properties, withoutPaths(resolved(Properties), Object.keys(found.noLocalEffect)));
  });
  expect(problems).toEqual([]);
  expect([...seen].toSorted()).toEqual(['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Custom::S3AutoDeleteObjects']);
});

/** Intrinsics stand for texts that are known later. */
const resolved = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const [name = ''] = Object.keys(value);
  if (name === 'Ref' || name.startsWith('Fn::')) return 'arn:aws:iam::111122223333:root';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
};
