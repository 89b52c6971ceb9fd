import { marshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { ItemClient } from '../storage/item-client.ts';
import { eventTime } from './event-time.ts';
import type { Journal } from './journal.ts';
import { journalPartition } from './journal-partitions.ts';
import type { UsageEvent } from './usage-event.ts';

/**
 * How long the journal is kept, in seconds: 400 days. It is the only record of what was used (nothing is archived elsewhere), so it
 * must outlast a year's bill and the time to dispute it.
 */
const keptSeconds = 400 * 86_400;

/**
 * The journal in DynamoDB. The item's key is a function of the event's id, and the put is conditional: an append repeated by the
 * client after a lost answer, or by a caller, finds the item there and is a success, so an event counts once however often it is sent.
 * Needs `dynamodb:PutItem` on the usage table and nothing else.
 */
export class DynamoDBJournal implements Journal {
  readonly #client: ItemClient;
  readonly #table: string;

  constructor(client: ItemClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  async append(event: UsageEvent): Promise<'stored' | 'duplicate'> {
    // From the id's own time, as the key is: a repeated append writes the same item, byte for byte.
    const expiresAt = Math.floor(eventTime(event.id).getTime() / 1000) + keptSeconds;
    const item = { pk: journalPartition(event.subject, event.id), sk: event.id, expiresAt, event };
    try {
      await this.#client.putItem({
        TableName: this.#table,
        Item: marshall(item),
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      return 'stored';
    } catch (error) {
      if (isConditionFailed(error)) return 'duplicate';
      throw error;
    }
  }
}
