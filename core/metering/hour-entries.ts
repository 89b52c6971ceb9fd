import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemClient } from '../storage/item-client.ts';
import { queryPages } from '../storage/query-pages.ts';
import { journalPartitions } from './journal-partitions.ts';
import type { JournalOwner } from './journal-shards.ts';
import type { UsageAdjusted } from './usage-adjusted.ts';
import type { UsageEvent } from './usage-event.ts';
import { hourMs, hourStart } from './usage-hour.ts';
import type { UsageVoided } from './usage-voided.ts';

/**
 * All that the journal has of one hour, a page at a time: each event, with what adjusts or voids it right behind it. Read consistently.
 * Needs `dynamodb:Query` on the usage table.
 */
export async function* hourEntries(
  client: Pick<ItemClient, 'query'>,
  table: string,
  owner: JournalOwner,
  hour: string,
): AsyncGenerator<readonly (UsageEvent | UsageAdjusted | UsageVoided)[], void> {
  const from = hourStart(hour);
  for (const partition of journalPartitions(owner, from, new Date(from.getTime() + hourMs))) {
    for await (const items of queryPages(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': partition }),
    })) {
      yield items.map((item) => unmarshall(item)['event'] as UsageEvent | UsageAdjusted | UsageVoided);
    }
  }
}
