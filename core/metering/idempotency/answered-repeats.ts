import { marshall } from '@aws-sdk/util-dynamodb';
import type { ItemClient } from '../../storage/item-client.ts';
import { eventTime } from '../event-time.ts';
import { keyKeptSeconds } from './key-kept-seconds.ts';

const dayMs = 86_400_000;
/** A repeat that began in time may still run for half a minute; the rest is for clocks that differ. */
const marginMs = 300_000;
/** Reconciling looks back for up to 14 days. */
const notesKeptMs = 20 * dayMs;
const certainMs = 15 * dayMs;

/**
 * Notes of events whose answer left with a repeat, for the one who asks whether the client ever got it: the event itself tells of the request
 * that stored it only. They lie in the table of the idempotency records. Noting needs `dynamodb:PutItem` on it, asking `dynamodb:GetItem`.
 */
export class AnsweredRepeats {
  readonly #client: Pick<ItemClient, 'getItem' | 'putItem'>;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: Pick<ItemClient, 'getItem' | 'putItem'>, tableName: string, now: () => Date) {
    this.#client = client;
    this.#table = tableName;
    this.#now = now;
  }

  /** Notes that a repeat is answered, before its answer leaves. */
  async note(tenant: string, event: string): Promise<void> {
    const expiresAt = Math.floor((this.#now().getTime() + notesKeptMs) / 1000);
    await this.#client.putItem({ TableName: this.#table, Item: marshall({ pk: key(tenant, event), expiresAt }) });
  }

  /** False when no repeat got the event's answer and none can any more: its `Idempotency-Key` stands for another request now. */
  async mayBeAnswered(tenant: string, event: string): Promise<boolean> {
    const ageMs = this.#now().getTime() - eventTime(event).getTime();
    if (ageMs < keyKeptSeconds * 1000 + marginMs || ageMs > certainMs) return true;
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: marshall({ pk: key(tenant, event) }),
      ConsistentRead: true,
    });
    return Item !== undefined;
  }
}

/** The records beside it end in 64 digits. */
const key = (tenant: string, event: string): string => `T#${tenant}#${event}`;
