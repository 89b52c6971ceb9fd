import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { rollupKey } from '../../core/metering/rollup-key.ts';
import { queryPages } from '../../core/storage/query-pages.ts';

/** A tenant's rollups are gone, with all that was noted of the ledger. */
export async function loseRollups(client: DynamoDB, tenant: string): Promise<void> {
  const pages = queryPages(client, {
    TableName: 'rollups',
    KeyConditionExpression: 'pk = :pk',
    ProjectionExpression: 'pk, sk',
    ExpressionAttributeValues: marshall({ ':pk': rollupKey.partition(tenant) }),
  });
  for await (const keys of pages) {
    for (const Key of keys) await client.deleteItem({ TableName: 'rollups', Key });
  }
}
