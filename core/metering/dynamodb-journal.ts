import { marshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { ItemClient } from '../storage/item-client.ts';
import { adjustmentKey } from './adjustment-key.ts';
import { eventTime } from './event-time.ts';
import type { Journal } from './journal.ts';
import { daysInJournal } from './journal-days.ts';
import { journalPartition, latePartition, voidKey } from './journal-partitions.ts';
import type { ShardCount } from './journal-shards.ts';
import type { UsageAdjusted } from './usage-adjusted.ts';
import type { UsageEvent } from './usage-event.ts';
import type { UsageVoided } from './usage-voided.ts';

/** How long notes are kept, in seconds: the close and the archive look at them within days. */
const notesKeptSeconds = daysInJournal * 86_400;

/** An event this old may belong to an hour that is being closed: half of the time that an hour is left open after its end. */
const lateMs = 300_000;

/**
 * The journal in DynamoDB. The item's key is a function of the event's id, and the put is conditional: an append repeated by the
 * client after a lost answer, or by a caller, finds the item there and is a success, so an event counts once however often it is sent.
 *
 * What may come to an hour that is closed already is noted beforehand under the tenant's `LATE` partition, for the close to look at that
 * hour again. A note without an event, left by a writer that died between the two, costs one look.
 *
 * Needs `dynamodb:PutItem` on the usage table and nothing else.
 */
export class DynamoDBJournal implements Journal {
  readonly #client: Pick<ItemClient, 'putItem'>;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: Pick<ItemClient, 'putItem'>, tableName: string, now: () => Date) {
    this.#client = client;
    this.#table = tableName;
    this.#now = now;
  }

  /** @param shards partitions of the event's hour; default: the one of a tenant whose number was never changed */
  async append(event: UsageEvent, shards: ShardCount = 1): Promise<'stored' | 'duplicate'> {
    const { id, subject } = event;
    // Only a repeat with an Idempotency-Key, or a writer that was held up for minutes, comes this late.
    if (this.#now().getTime() - eventTime(id).getTime() > lateMs) await this.#note(subject, id);
    return this.#put(journalPartition(subject, id, shards), id, event);
  }

  /**
   * Takes an event out of the count, once: a second time is a duplicate, and the first reason stays.
   *
   * @param shards partitions of the hour of the event that does not count
   */
  async void(voided: UsageVoided, shards: ShardCount): Promise<'stored' | 'duplicate'> {
    const { event: id } = voided.data;
    await this.#note(voided.subject, id);
    return this.#put(journalPartition(voided.subject, id, shards), voidKey(id), voided);
  }

  /**
   * Changes what an event counts for.
   *
   * @param sequence 1 for the event's first adjustment, and so on
   * @param shards partitions of the event's hour
   * @returns false when another has this place
   */
  async adjust(adjusted: UsageAdjusted, sequence: number, shards: ShardCount): Promise<boolean> {
    const { event: id } = adjusted.data;
    await this.#note(adjusted.subject, id);
    const partition = journalPartition(adjusted.subject, id, shards);
    return (await this.#put(partition, adjustmentKey(id, sequence), adjusted)) === 'stored';
  }

  async #note(tenant: string, id: string): Promise<void> {
    await this.#client.putItem({
      TableName: this.#table,
      Item: marshall({
        pk: latePartition(tenant),
        sk: `${this.#now().toISOString()}#${id}`,
        expiresAt: Math.floor(this.#now().getTime() / 1000) + notesKeptSeconds,
      }),
    });
  }

  async #put(pk: string, sk: string, event: UsageEvent | UsageAdjusted | UsageVoided): Promise<'stored' | 'duplicate'> {
    try {
      await this.#client.putItem({
        TableName: this.#table,
        // Without an end: only the archive gives it one, when the ledger has it.
        Item: marshall({ pk, sk, event }),
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      return 'stored';
    } catch (error) {
      if (isConditionFailed(error)) return 'duplicate';
      throw error;
    }
  }
}
