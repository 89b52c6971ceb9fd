import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../storage/is-condition-failed.ts';
import type { ItemClient } from '../../storage/item-client.ts';
import type { IdempotencyRecord } from './idempotency-record.ts';

type Records = Pick<ItemClient, 'getItem' | 'putItem'>;

/** The records in DynamoDB. Needs `dynamodb:GetItem` and `dynamodb:PutItem` on their table. */
export class IdempotencyRecords {
  readonly #client: Records;
  readonly #table: string;

  constructor(client: Records, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** The record, also one that has expired and is still there. Read consistently. */
  async find(pk: string): Promise<IdempotencyRecord | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: marshall({ pk }),
      ConsistentRead: true,
    });
    return Item === undefined ? undefined : (unmarshall(Item) as IdempotencyRecord);
  }

  /** Writes a record where none is, or over one that has expired. False when there is another. */
  create(record: IdempotencyRecord, now: Date): Promise<boolean> {
    return this.#put(record, 'attribute_not_exists(pk) OR expiresAt < :now', {
      ':now': Math.floor(now.getTime() / 1000),
    });
  }

  /** Writes a record over that of an attempt. False when another attempt holds it by now. */
  replace(record: IdempotencyRecord, attempt: string): Promise<boolean> {
    return this.#put(record, 'attempt = :attempt', { ':attempt': attempt });
  }

  async #put(
    record: IdempotencyRecord,
    condition: string,
    values: Readonly<Record<string, string | number>>,
  ): Promise<boolean> {
    try {
      await this.#client.putItem({
        TableName: this.#table,
        Item: marshall(record),
        ConditionExpression: condition,
        ExpressionAttributeValues: marshall(values),
      });
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }
}
