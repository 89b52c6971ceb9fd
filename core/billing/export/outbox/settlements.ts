import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { queryPages } from '../../../storage/query-pages.ts';
import { wasRefused } from '../../../storage/was-refused.ts';
import type { Destination } from '../destination.ts';
import { exportKeys } from './export-keys.ts';

/** One tenant's hour at one destination. */
export interface ExportedHour {
  readonly tenant: string;
  readonly destination: Destination;
  /** `2026-11-22T01` */
  readonly hour: string;
}

/** How things stand with an hour, whatever its state. */
export interface HourStanding {
  readonly version: number;
  readonly state: 'pending' | 'rejected' | 'told';
  /** The newest version that was settled; absent when none was. */
  readonly settled?: number;
}

/** Rows of the outbox that were rejected, and that somebody has dealt with by hand. */
export class Settlements {
  readonly #client: DynamoDB;
  readonly #table: string;

  /** @param tableName of the table `exports`; needs `dynamodb:GetItem`, `Query` and `UpdateItem` on it */
  constructor(client: DynamoDB, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** Undefined when the destination was never to be told of the hour. Read consistently. */
  async find(hour: ExportedHour): Promise<HourStanding | undefined> {
    const { Item } = await this.#client.getItem({ TableName: this.#table, Key: keyOf(hour), ConsistentRead: true });
    if (Item === undefined) return undefined;
    const { version, due, settled } = unmarshall(Item) as { version: number; due?: string; settled?: number };
    const waits = due === exportKeys.rejected(hour.destination) ? 'rejected' : 'pending';
    return { version, state: due === undefined ? 'told' : waits, ...(settled === undefined ? {} : { settled }) };
  }

  /** The newest hour that was settled, from one on; undefined when none was. Read consistently. */
  async newest({ tenant, destination, hour }: ExportedHour): Promise<string | undefined> {
    for await (const items of queryPages(this.#client, {
      TableName: this.#table,
      ConsistentRead: true,
      ScanIndexForward: false,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      FilterExpression: 'attribute_exists(settled)',
      ExpressionAttributeValues: marshall({
        ':pk': exportKeys.partition(tenant),
        ':first': exportKeys.row(destination, hour),
        // Behind every hour.
        ':last': exportKeys.row(destination, '9999'),
      }),
    })) {
      if (items[0] !== undefined) return String(unmarshall(items[0])['hour']);
    }
    return undefined;
  }

  /**
   * Has a rejected version of an hour wait for nothing any more.
   *
   * @returns false when it is not rejected, or there is another version by now or just about to be: nothing was changed
   */
  async settle(hour: ExportedHour, version: number): Promise<boolean> {
    try {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: keyOf(hour),
        UpdateExpression: 'SET settled = :version, attempts = :none REMOVE due, dueAt, since, reason',
        ConditionExpression: 'version = :version AND due = :rejected',
        ExpressionAttributeValues: marshall({
          ':version': version,
          ':none': 0,
          ':rejected': exportKeys.rejected(hour.destination),
        }),
      });
      return true;
    } catch (error) {
      if (wasRefused(error)) return false;
      throw error;
    }
  }
}

const keyOf = ({ tenant, destination, hour }: ExportedHour) =>
  marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.row(destination, hour) });
