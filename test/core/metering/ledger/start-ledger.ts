import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { closeHours } from '../../../../core/metering/close/close-hours.ts';
import type { ClosingTenant } from '../../../../core/metering/close/close-tenant.ts';
import { RollupStore } from '../../../../core/metering/close/rollup-store.ts';
import { DynamoDBJournal } from '../../../../core/metering/dynamodb-journal.ts';
import { JournalReader } from '../../../../core/metering/journal-reader.ts';
import { archiveHours } from '../../../../core/metering/ledger/archive-hours.ts';
import { LedgerBucket } from '../../../../core/metering/ledger/ledger-bucket.ts';
import { LedgerIndex } from '../../../../core/metering/ledger/ledger-index.ts';
import { LedgerReader } from '../../../../core/metering/ledger/ledger-reader.ts';
import { rebuildFromLedger } from '../../../../core/metering/ledger/rebuild-from-ledger.ts';

/** All that meters into and out of the ledger, put together as the functions do. */
export function ledgerOver(client: DynamoDB, s3: S3Client, bucketName: string, clock: { now: Date }) {
  const now = () => clock.now;
  const journal = new JournalReader(client, 'usage');
  const rollups = new RollupStore(client, 'rollups');
  const index = new LedgerIndex(client, 'rollups');
  const bucket = new LedgerBucket(s3, bucketName);
  const reader = new LedgerReader(bucket);
  const closers = { journal, rollups, now };
  const archivers = { ...closers, client, usageTable: 'usage', index, bucket, reader };
  const throwing = (_: string, error: unknown) => {
    throw error;
  };
  return {
    ...closers,
    index,
    bucket,
    reader,
    writer: new DynamoDBJournal(client, 'usage', now),
    archivers,
    close: (tenant: ClosingTenant) => closeHours(closers, [tenant], { remainingMs: () => 1e9, onFailure: throwing }),
    archive: async (tenant: ClosingTenant, remainingMs = () => 1e9) => {
      const errors: unknown[] = [];
      const report = await archiveHours(archivers, [tenant], {
        remainingMs,
        onFailure: (_, error) => errors.push(error),
      });
      return { ...report, errors };
    },
    rebuild: (tenant: ClosingTenant, from?: string, remainingMs = () => 1e9) =>
      rebuildFromLedger(closers, { bucket, reader, index }, tenant, from, remainingMs),
  };
}
