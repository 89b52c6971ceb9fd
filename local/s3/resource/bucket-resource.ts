import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import type { S3State } from '../s3-state.ts';
import type { Encryption } from '../store/encryption.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = z
  .string()
  .regex(
    /^(?!\d+\.\d+\.\d+\.\d+$)(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'not a name that S3 gives to a bucket',
  );

const byDefault = z.discriminatedUnion('SSEAlgorithm', [
  z.strictObject({ SSEAlgorithm: z.literal('AES256') }),
  z.strictObject({
    SSEAlgorithm: z.literal('aws:kms'),
    KMSMasterKeyID: z.string({ error: 'needed: the AWS managed key aws/s3 does not exist locally' }),
  }),
]);

const properties = z.strictObject({
  BucketName: bucketName.optional(),
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.tuple([
        z.strictObject({ BucketKeyEnabled: z.boolean().optional(), ServerSideEncryptionByDefault: byDefault }),
      ]),
    })
    .optional(),
});

/**
 * `AWS::S3::Bucket`: `Ref` is its name.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
 */
export const bucketResource = (state: S3State): ResourceType<typeof properties> => ({
  type: 'AWS::S3::Bucket',
  properties,
  noLocalEffect: {
    AccessControl: 'the owner owns every object and ACLs are off, as in buckets made since April 2023',
    LifecycleConfiguration: 'nothing here grows old: local data stays until it is deleted',
    LoggingConfiguration:
      'server access logs arrive hours later and on a best-effort basis, so nothing may wait for them',
    ObjectLockConfiguration: 'a lock keeps versions, and there are none: an overwrite or a deletion takes effect',
    ObjectLockEnabled: 'a lock keeps versions, and there are none: an overwrite or a deletion takes effect',
    OwnershipControls: 'the owner owns every object and ACLs are off, which is what BucketOwnerEnforced says',
    PublicAccessBlockConfiguration: 'unsigned requests are refused in any case',
    Tags: 'for people and for bills; no policy here may refer to tags',
    VersioningConfiguration: 'one version is kept, the latest, which is what requests without a version id see',
  },
  create: async ({ properties: bucket, physicalId, region }) => {
    const name = bucketName.parse(bucket.BucketName ?? physicalId);
    const arn = `arn:aws:s3:::${name}`;
    const [configuration] = bucket.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    state.buckets.put({
      name,
      arn,
      createdAtMs: state.store.bucketCreatedAtMs(name, state.now()),
      encryption: configuration === undefined ? { algorithm: 'AES256' } : encryptionOf(state, configuration),
    });
    return {
      ref: name,
      attributes: {
        Arn: arn,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    };
  },
});

type Configuration = NonNullable<
  z.infer<typeof properties>['BucketEncryption']
>['ServerSideEncryptionConfiguration'][0];

function encryptionOf(
  { keys }: S3State,
  { ServerSideEncryptionByDefault: preset, BucketKeyEnabled = false }: Configuration,
): Encryption {
  if (preset.SSEAlgorithm === 'AES256') return { algorithm: 'AES256' };
  return { algorithm: 'aws:kms', keyArn: keys.arnOf(preset.KMSMasterKeyID), bucketKeyEnabled: BucketKeyEnabled };
}
