import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemClient } from '../storage/item-client.ts';
import { queryPages } from '../storage/query-pages.ts';
import type { HourRollup, RollupReader, RollupRow } from './rollup.ts';
import { rollupKey } from './rollup-key.ts';
import { rowsDigest } from './rows-digest.ts';
import { hourMs, usageHour } from './usage-hour.ts';

/** How far a tenant's usage is closed. */
export interface CloseProgress {
  /** The first hour that is not closed. */
  readonly closedTo: string;
  /** RFC 3339: late usage noted before this has been counted. */
  readonly lateSeenTo: string;
  /** The first hour that is not in the ledger. */
  readonly archivedTo: string;
  /** RFC 3339: late usage noted before this is in the ledger, as far as it belongs to hours that are. */
  readonly lateArchivedTo: string;
}

/** An hour as its item has it. */
export interface RollupItem extends Omit<HourRollup, 'rows'> {
  /** SHA-256 of the rows as JSON. */
  readonly rowsSha256: string;
  /** How many records the journal has of the hour, and the SHA-256 of their keys. */
  readonly records: number;
  readonly recordsSha256: string;
  /** JSON, when it fits; else it lies in `parts` items of its own. */
  readonly rows?: string;
  readonly parts: number;
}

/** Reads rollups from DynamoDB. Needs `dynamodb:GetItem` and `Query` on their table. */
export class DynamoDBRollups implements RollupReader {
  readonly #client: Pick<ItemClient, 'getItem' | 'query'>;
  readonly #table: string;

  constructor(client: Pick<ItemClient, 'getItem' | 'query'>, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  async *rollups(tenant: string, from: Date, to: Date): AsyncGenerator<HourRollup, void> {
    const first = usageHour(new Date(Math.ceil(from.getTime() / hourMs) * hourMs));
    const last = usageHour(new Date(to.getTime() - 1));
    if (first > last) return;
    for await (const items of queryPages(this.#client, {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: marshall({
        ':pk': rollupKey.partition(tenant),
        ':first': rollupKey.head(first),
        ':last': rollupKey.head(last),
      }),
    })) {
      for (const item of items) {
        const found = unmarshall(item) as RollupItem;
        const rows = await this.rowsOf(found);
        if (rows === undefined) {
          throw new Error(`the rollup of ${tenant} for ${found.hour} is not what was written; rebuild it`);
        }
        yield rollup(found, JSON.parse(rows) as RollupRow[]);
      }
    }
  }

  /** Undefined for a tenant that nothing was closed of yet. */
  async progress(tenant: string): Promise<Partial<CloseProgress>> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: marshall({ pk: rollupKey.partition(tenant), sk: rollupKey.cursor }),
      ConsistentRead: true,
    });
    return Item === undefined ? {} : (unmarshall(Item) as Partial<CloseProgress>);
  }

  /** An hour's rows as JSON; undefined when they are not those that were written. */
  protected async rowsOf(item: RollupItem): Promise<string | undefined> {
    const rows = item.rows ?? (await this.#partsOf(item));
    return rowsDigest(rows) === item.rowsSha256 ? rows : undefined;
  }

  async #partsOf({ tenant, hour, version, rowsSha256, parts }: RollupItem): Promise<string> {
    const found: string[] = [];
    for await (const items of queryPages(this.#client, {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: marshall({
        ':pk': rollupKey.partition(tenant),
        ':first': rollupKey.part(hour, version, rowsSha256, 0),
        ':last': rollupKey.part(hour, version, rowsSha256, parts - 1),
      }),
    })) {
      // Each is a list of its own.
      for (const item of items) found.push(String(unmarshall(item)['rows']).slice(1, -1));
    }
    return `[${found.join(',')}]`;
  }
}

const rollup = (
  { tenant, hour, version, events, idsSha256, closedAt, open }: RollupItem,
  rows: readonly RollupRow[],
) => ({
  tenant,
  hour,
  version,
  rows,
  events,
  idsSha256,
  closedAt,
  ...(open === undefined ? {} : { open }),
});
