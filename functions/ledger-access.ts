import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { LedgerBucket } from '../core/metering/ledger/ledger-bucket.ts';
import { LedgerEvents } from '../core/metering/ledger/ledger-events.ts';
import { LedgerIndex } from '../core/metering/ledger/ledger-index.ts';
import { LedgerPages } from '../core/metering/ledger/ledger-pages.ts';
import { LedgerReader } from '../core/metering/ledger/ledger-reader.ts';

/** All that reads and writes the ledger, over this bucket and the table of the rollups. */
export function ledgerAccess(
  client: Pick<DynamoDB, 'getItem' | 'putItem'>,
  s3: S3Client,
  { bucket: name, rollups }: { readonly bucket: string; readonly rollups: string },
  now: () => Date,
) {
  const bucket = new LedgerBucket(s3, name);
  const index = new LedgerIndex(client, rollups);
  const reader = new LedgerReader(bucket);
  return {
    bucket,
    index,
    reader,
    events: new LedgerEvents({ index, reader, now }),
    pages: new LedgerPages({ index, reader, now }),
  };
}
