import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../../storage/is-condition-failed.ts';
import type { Destination } from '../destination.ts';
import type { OutboxRow } from '../outbox-row.ts';
import { exportKeys } from './export-keys.ts';

/** A row whatever its state: one that was delivered waits since nothing. */
export type KnownRow = Omit<OutboxRow, 'since'>;

/** What a destination says of something that it took. */
export interface LateRefusal {
  /** The message that says so: one that comes again refuses nothing again. */
  readonly by: string;
  readonly reason: string;
  /** Whether there is nobody for whom any of the row counts; else it goes on belonging to whom it was told. */
  readonly nobodyTold: boolean;
}

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

  /** The tenant's rows of which the destination was told, or may have been, from an hour on, oldest first. */
  async *told(tenant: string, destination: Destination, fromHour: string): AsyncGenerator<KnownRow, void> {
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        FilterExpression: 'attribute_exists(toldTo)',
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
   * Counts that what was told of the row does not count, and shows it as rejected, whether or not its delivery was noted yet. One that was
   * dropped, since its tenant is not linked, waits for no more than the next link.
   *
   * @returns false when there is another version by now, or it was refused already: nothing was changed
   */
  async refuse(row: KnownRow, { by, reason, nobodyTold }: LateRefusal, at: Date): Promise<boolean> {
    const { tenant, destination, hour, version, refusals } = row;
    const before = refusals === undefined ? 'attribute_not_exists(refusals)' : 'refusals = :refusals';
    const dropped = version === 0;
    const shown = ', due = :rejected, dueAt = :at, since = if_not_exists(since, :at), reason = :reason';
    try {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.row(destination, hour) }),
        UpdateExpression:
          `ADD refusedBy :bySet SET refusals = :next${dropped ? '' : shown} ` +
          `REMOVE delivered${nobodyTold ? ', toldTo, toldAt' : ''}`,
        ConditionExpression: `version = :version AND ${before} AND NOT contains(refusedBy, :by)`,
        ExpressionAttributeValues: marshall({
          ':version': version,
          ...(refusals === undefined ? {} : { ':refusals': refusals }),
          ':next': (refusals ?? 0) + 1,
          ':by': by,
          // Each meter has messages of its own.
          ':bySet': new Set([by]),
          ...(dropped
            ? {}
            : { ':rejected': exportKeys.rejected(destination), ':at': at.toISOString(), ':reason': reason }),
        }),
      });
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }
}
