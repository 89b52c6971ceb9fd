import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { TableKeys } from '../../core/storage/tables.ts';
import type { StageSettings } from '../settings/stage-settings.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * A table as `core/storage/tables.ts` describes it: on demand, under our key; restorable to any second where data is kept and the table is
 * not ephemeral.
 */
export class PlatformTable extends TableV2 {
  constructor(scope: Construct, id: string, keys: TableKeys, encryptionKey: IKey, settings: StageSettings) {
    const kept = settings.retainData && keys.ephemeral !== true;
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
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: kept },
      deletionProtection: kept,
      removalPolicy: kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (!kept) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason: settings.retainData
          ? 'What lies here is needed for a day at most, and backups would keep answers to tenants for longer than that.'
          : 'This stage keeps nothing when it is removed; there is no data worth the price of continuous backups.',
      });
    }
  }
}
