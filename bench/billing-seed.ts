import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type PutItemInput,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBJournal } from '../core/metering/dynamodb-journal.ts';
import { usageEventOf } from '../test/core/metering/usage-event-of.ts';
import { billedTenant } from './billed-tenant.ts';

/** As many as BatchWriteItem takes. */
const batchItems = 25;
const batchesAtOnce = 8;
/** All use falls into the last hour of a month. */
const hourStart = Date.parse('2026-11-30T23:00:00.000Z');
/** Nobody uses anything before the tenants are there, at half past. */
const useBegins = hourStart + 30 * 60_000;
const useMs = 29 * 60_000;
const models = ['fashion', 'spam', 'resnet50'];

/**
 * Fills a journal with events, spread evenly over the tenants, over three models and two keys each. The items are those that the journal
 * itself would put, one by one; here they go 25 at a time.
 *
 * @returns the sum of their items
 */
export async function seedJournal(
  client: DynamoDBClient,
  table: string,
  { events, tenants, progress }: { events: number; tenants: number; progress: (done: number) => void },
): Promise<number> {
  let items = 0;
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < events) {
      const batch: Record<string, AttributeValue>[] = [];
      const journal = new DynamoDBJournal(
        {
          putItem: async ({ Item = {} }: PutItemInput) => {
            batch.push(Item);
            return {};
          },
        },
        table,
        () => new Date(useBegins),
      );
      const from = next;
      const to = Math.min(from + batchItems, events);
      next = to;
      for (let index = from; index < to; index += 1) {
        const round = Math.floor(index / tenants);
        const event = usageEventOf(
          billedTenant(index % tenants).tenant,
          new Date(useBegins + Math.floor((index / events) * useMs)),
          { model: models[round % models.length] ?? '', keyId: `K00000000${round % 2}`, items: 1 + (index % 7) },
        );
        await journal.append(event);
        items += event.data.units.items;
      }
      const requests = { [table]: batch.map((Item) => ({ PutRequest: { Item } })) };
      const { UnprocessedItems = {} } = await client.send(new BatchWriteItemCommand({ RequestItems: requests }));
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('the local DynamoDB left items of a batch');
      done += batch.length;
      progress(done);
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, work));
  return items;
}
