import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { JournalReader } from '../../core/metering/journal-reader.ts';
import { LedgerBucket } from '../../core/metering/ledger/ledger-bucket.ts';
import { LedgerIndex } from '../../core/metering/ledger/ledger-index.ts';
import { LedgerReader } from '../../core/metering/ledger/ledger-reader.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { environmentVariable } from '../environment-variable.ts';
import { archiveOnSchedule } from './archive-on-schedule.ts';

const client = new DynamoDB({});
const usageTable = environmentVariable('USAGE_TABLE');
const rollupsTable = environmentVariable('ROLLUPS_TABLE');
const bucket = new LedgerBucket(new S3Client({}), environmentVariable('LEDGER_BUCKET'));

/** Archives closed hours of usage. Run by a schedule; nothing is read from its event. */
export const handler = archiveOnSchedule({
  archivers: {
    client,
    usageTable,
    journal: new JournalReader(client, usageTable),
    rollups: new RollupStore(client, rollupsTable),
    index: new LedgerIndex(client, rollupsTable),
    bucket,
    reader: new LedgerReader(bucket),
    now: () => new Date(),
  },
  tenants: new DynamoDBTenants(client, environmentVariable('TENANTS_TABLE')),
  logger: new Logger({ serviceName: 'archive' }),
  stage: environmentVariable('MAAS_STAGE'),
  // Powertools writes its lines the same way: past Lambda's own `console`, which puts something before each.
  writeMetrics: (line) => process.stdout.write(`${line}\n`),
});
