import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../../storage/is-condition-failed.ts';
import type { Destination } from '../destination.ts';
import type { OutboxRow } from '../outbox-row.ts';
import { exportKeys } from './export-keys.ts';

/** A row whatever its state: one that was delivered waits since nothing. */
export type KnownRow = Omit<OutboxRow, 'since'>;

/** Rows of the outbox that a destination took, and said later that they do not count. */
export class LateRefusals {
  readonly #client: DynamoDB;
  readonly #table: string;

  /** @param tableName of the table `exports`; needs `dynamodb:GetItem`, `Query` and `UpdateItem` on it */
  constructor(client: DynamoDB, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  async find(tenant: string, destination: Destination, hour: string): Promise<KnownRow | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.row(destination, hour) }),
      ConsistentRead: true,
    });
    return Item === undefined ? undefined : (unmarshall(Item) as KnownRow);
  }

  /** The tenant's rows that the destination was told of, from an hour on, oldest first. */
  async *delivered(tenant: string, destination: Destination, fromHour: string): AsyncGenerator<KnownRow, void> {
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        FilterExpression: 'attribute_exists(delivered) AND attribute_not_exists(due)',
        ExpressionAttributeValues: marshall({
          ':pk': exportKeys.partition(tenant),
          ':first': exportKeys.row(destination, fromHour),
          // Behind every hour.
          ':last': exportKeys.row(destination, '9999'),
        }),
      },
    )) {
      for (const item of Items) yield unmarshall(item) as KnownRow;
    }
  }

  /**
   * Shows the row as rejected, whether or not its delivery was noted yet, and counts that it was.
   *
   * @returns false when there is another version by now, or it was refused already: nothing was changed
   */
  async refuse(row: KnownRow, reason: string, at: Date): Promise<boolean> {
    const { tenant, destination, hour, version, refusals } = row;
    const before = refusals === undefined ? 'attribute_not_exists(refusals)' : 'refusals = :refusals';
    try {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.row(destination, hour) }),
        UpdateExpression:
          'SET refusals = :next, due = :rejected, dueAt = :at, since = if_not_exists(since, :at), reason = :reason ' +
          'REMOVE delivered, toldTo',
        ConditionExpression: `version = :version AND ${before}`,
        ExpressionAttributeValues: marshall({
          ':version': version,
          ...(refusals === undefined ? {} : { ':refusals': refusals }),
          ':next': (refusals ?? 0) + 1,
          ':rejected': exportKeys.rejected(destination),
          ':at': at.toISOString(),
          ':reason': reason,
        }),
      });
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }
}
