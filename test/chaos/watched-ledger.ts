import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { ledgerAccess } from '../../functions/ledger-access.ts';
import type { LedgerPlace } from './ledger-place.ts';
import type { Watch } from './watch.ts';

/** The ledger as the functions have it, each call of it watched. */
export function watchedLedger(client: DynamoDB, { bucket, ...access }: LedgerPlace, watch: Watch) {
  const s3 = new S3Client({ ...access, maxAttempts: 1 });
  s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) =>
        watch.call(commandName.replace(/Command$/, ''), () => next(args)),
    { step: 'initialize', name: 'watch' },
  );
  return ledgerAccess(client, s3, { bucket, rollups: 'rollups' }, () => new Date());
}
