import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageSettings } from '../settings/stage-settings.ts';

interface DataBucketProps {
  readonly settings: StageSettings;
  readonly key: IKey;
  readonly accessLogs: IBucket;
  /** Days for which an object, once written, can be neither changed nor deleted. */
  readonly lockDays: number | undefined;
}

/** A private bucket under our key, reached over TLS only; versioned where data is kept. */
export class DataBucket extends Bucket {
  constructor(scope: Construct, id: string, { settings, key, accessLogs, lockDays }: DataBucketProps) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      // One call to KMS per bucket and while instead of one per object.
      bucketKeyEnabled: true,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      versioned: settings.retainData,
      // Governance and not compliance: with compliance not even the account's owner could correct a mistake.
      ...(lockDays === undefined
        ? {}
        : { objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(lockDays)) }),
      lifecycleRules: [
        {
          // The parts of an upload that never finished are invisible in listings and paid for until someone removes them.
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          // A version that was overwritten or deleted can be fetched back for a month; a locked one stays until its lock ends.
          ...(settings.retainData ? { noncurrentVersionExpiration: Duration.days(30) } : {}),
        },
      ],
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !settings.retainData,
    });
  }
}
