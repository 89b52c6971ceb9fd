import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { TableKeys } from '../../core/storage/tables.ts';
import type { StageSettings } from '../settings/stage-settings.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * A table as `core/storage/tables.ts` describes it: on demand, under our key. Where data is kept, it cannot be deleted, and can be restored
 * to any second unless it must not be backed up.
 */
export class PlatformTable extends TableV2 {
  constructor(scope: Construct, id: string, keys: TableKeys, encryptionKey: IKey, settings: StageSettings) {
    const kept = settings.retainData;
    const backedUp = kept && keys.backups !== false;
    super(scope, id, {
      partitionKey: string(keys.partitionKey),
      ...(keys.sortKey === undefined ? {} : { sortKey: string(keys.sortKey) }),
      ...(keys.timeToLive === undefined ? {} : { timeToLiveAttribute: keys.timeToLive }),
      globalSecondaryIndexes: Object.entries(keys.indexes ?? {}).map(([indexName, index]) => ({
        indexName,
        partitionKey: string(index.partitionKey),
        ...(index.sortKey === undefined ? {} : { sortKey: string(index.sortKey) }),
      })),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(encryptionKey),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: backedUp },
      deletionProtection: kept,
      removalPolicy: kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (!backedUp) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason: kept
          ? 'Answers to tenants lie here for a day, and backups would keep them for longer. Were it lost, some answers would be billed twice or not at all.'
          : 'This stage keeps nothing when it is removed; there is no data worth the price of continuous backups.',
      });
    }
  }
}
