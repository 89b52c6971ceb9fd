import type { Update } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Destination } from '../destination.ts';
import { exportKeys } from './export-keys.ts';

/** The hour of which a destination is to be told, in this version or a later one. */
export interface PendingRow {
  readonly tenant: string;
  readonly destination: Destination;
  readonly hour: string;
  readonly version: number;
}

/**
 * Makes a row of the outbox pending, at once: a new one, one that was delivered in an older version, or one that was refused. What waits
 * already keeps since when it does.
 */
export const pendingRow = (
  table: string,
  { tenant, destination, hour, version }: PendingRow,
  at: Date,
): Update & { readonly UpdateExpression: string } => ({
  TableName: table,
  Key: marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.row(destination, hour) }),
  UpdateExpression:
    'SET tenant = :tenant, destination = :destination, #hour = :hour, version = :version, due = :due, dueAt = :at, ' +
    'since = if_not_exists(since, :at), attempts = :none REMOVE reason',
  ExpressionAttributeNames: { '#hour': 'hour' },
  ExpressionAttributeValues: marshall({
    ':tenant': tenant,
    ':destination': destination,
    ':hour': hour,
    ':version': version,
    ':due': exportKeys.due(destination),
    ':at': at.toISOString(),
    ':none': 0,
  }),
});
