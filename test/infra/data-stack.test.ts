import { describe, expect, it } from 'vitest';
import { tables } from '../../core/storage/tables.ts';
import { resource, resources } from './resources.ts';
import { settingsOf, synthesize } from './synthesize.ts';

const dev = synthesize(settingsOf('dev'));
const prod = synthesize(settingsOf('prod'));
const bothStages = [
  { stage: 'dev', data: dev.data },
  { stage: 'prod', data: prod.data },
];
const stateful = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::KMS::Key'];

describe.each(bothStages)('in $stage', ({ data }) => {
  it('every table of the table list exists with its keys, index and expiry, on demand', () => {
    for (const [name, keys] of Object.entries(tables)) {
      const { Properties } = resource(data, 'AWS::DynamoDB::GlobalTable', new RegExp(`/${name}/`));
      const expected: object[] = [{ AttributeName: keys.partitionKey, KeyType: 'HASH' }];
      if ('sortKey' in keys) expected.push({ AttributeName: keys.sortKey, KeyType: 'RANGE' });
      expect(Properties.KeySchema).toEqual(expected);
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
      expect((Properties.GlobalSecondaryIndexes ?? []).map((index: { IndexName: string }) => index.IndexName)).toEqual(
        'indexes' in keys ? Object.keys(keys.indexes) : [],
      );
      expect(Properties.TimeToLiveSpecification).toEqual(
        'timeToLive' in keys ? { AttributeName: keys.timeToLive, Enabled: true } : undefined,
      );
    }
    expect(resources(data, 'AWS::DynamoDB::GlobalTable')).toHaveLength(Object.keys(tables).length);
  });

  it('tables and buckets are encrypted under one rotating customer key; S3 allows only its own for access logs', () => {
    const [[keyId, key] = ['', undefined]] = resources(data, 'AWS::KMS::Key');
    expect(key?.Properties.EnableKeyRotation).toBe(true);
    const arn = { 'Fn::GetAtt': [keyId, 'Arn'] };
    for (const [, { Properties }] of resources(data, 'AWS::DynamoDB::GlobalTable')) {
      expect(Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      expect(Properties.Replicas).toEqual([expect.objectContaining({ SSESpecification: { KMSMasterKeyId: arn } })]);
    }
    for (const [id, { Properties }] of resources(data, 'AWS::S3::Bucket')) {
      const [{ ServerSideEncryptionByDefault: encryption }] =
        Properties.BucketEncryption.ServerSideEncryptionConfiguration;
      expect(encryption).toEqual(
        id.startsWith('AccessLogs') ? { SSEAlgorithm: 'AES256' } : { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn },
      );
    }
  });

  it('buckets are private, refuse plain HTTP, and clean up after broken uploads', () => {
    const buckets = resources(data, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(6);
    for (const [id, { Properties }] of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      expect(Properties.LifecycleConfiguration.Rules.length).toBeGreaterThan(0);
      if (!id.startsWith('AccessLogs')) {
        expect(Properties.LifecycleConfiguration.Rules).toContainEqual(
          expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
        );
        expect(Properties.LoggingConfiguration.DestinationBucketName).toEqual({
          Ref: expect.stringMatching(/^AccessLogs/),
        });
      }
      const policy = resources(data, 'AWS::S3::BucketPolicy').find(
        ([, found]) => found.Properties.Bucket.Ref === id,
      )?.[1];
      expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });
});

/** Answers to tenants are kept for a day, and backups would keep them for longer. */
const isBackedUp = (id: string): boolean => !id.startsWith('idempotency');

it('prod keeps its data: nothing stateful is deleted with a stack, and no stack is deleted by accident', () => {
  for (const type of stateful) {
    for (const [id, { DeletionPolicy }] of resources(prod.data, type))
      expect([id, DeletionPolicy]).toEqual([id, 'Retain']);
  }
  expect(prod.terminationProtection).toEqual({
    data: true,
    exports: true,
    metering: true,
    inference: true,
    api: true,
    reconciliation: true,
    tenancy: true,
    'gpu-resnet50': true,
    'gpu-moderation': true,
  });
});

it('prod refuses to delete a table and can restore each to any second, but for the one with answers that are kept for a day', () => {
  for (const [id, { Properties }] of resources(prod.data, 'AWS::DynamoDB::GlobalTable')) {
    expect(Properties.Replicas).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: isBackedUp(id) },
      }),
    ]);
  }
});

it('prod keeps every version of an object, and locks the ledger', () => {
  for (const [id, { Properties }] of resources(prod.data, 'AWS::S3::Bucket')) {
    if (id.startsWith('AccessLogs')) continue;
    expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(Properties.ObjectLockEnabled).toBe(id.startsWith('Ledger') ? true : undefined);
  }
});

it('dev leaves nothing behind, and can be deleted at once', () => {
  for (const type of stateful) {
    for (const [id, { DeletionPolicy }] of resources(dev.data, type))
      expect([id, DeletionPolicy]).toEqual([id, 'Delete']);
  }
  expect(resources(dev.data, 'Custom::S3AutoDeleteObjects')).toHaveLength(6);
  expect(dev.terminationProtection).toEqual({
    data: false,
    exports: false,
    metering: false,
    inference: false,
    api: false,
    reconciliation: false,
    tenancy: false,
  });
});

it('no stateful resource changes its logical id, or a deployment would replace it with an empty one', () => {
  const ids = stateful.flatMap((type) => resources(prod.data, type).map(([id]) => id)).sort();
  expect(ids).toEqual([
    'AccessLogs8B620ECA',
    'Artifacts82DD59A1',
    'Datasets0030EE04',
    'Exports25637AFB',
    'Key961B73FD',
    'LedgerB7379752',
    'Results25575328',
    'auditA48D740E',
    'billing43250593',
    'catalog3F0047B1',
    'exports222B3037',
    'idempotency6045960E',
    'keys7B331FE9',
    'limitsD9E189CA',
    'reconciliations26053ACF',
    'rollupsE9D751DA',
    'tenants031E4F1E',
    'usageA16C15EF',
  ]);
});
