import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemClient } from '../storage/item-client.ts';
import { queryPages } from '../storage/query-pages.ts';
import type { HourRollup, RollupReader, RollupRow } from './rollup.ts';
import { rollupKey } from './rollup-key.ts';
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
  readonly rowsSha256: string;
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
    let head: RollupItem | undefined;
    let rows: RollupRow[] = [];
    for await (const items of queryPages(this.#client, {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: marshall({
        ':pk': rollupKey.partition(tenant),
        ':first': rollupKey.head(first),
        ':last': rollupKey.end(last),
      }),
    })) {
      for (const item of items) {
        const found = unmarshall(item) as RollupItem & { readonly sk: string };
        const isHead = found.sk === rollupKey.head(found.hour);
        if (isHead) {
          if (head !== undefined) yield rollup(head, rows);
          head = found;
          rows = found.rows === undefined ? [] : (JSON.parse(found.rows) as RollupRow[]);
        } else if (head !== undefined && found.sk.startsWith(rollupKey.version(head.hour, head.version))) {
          rows.push(...(JSON.parse(found.rows ?? '[]') as RollupRow[]));
        }
      }
    }
    if (head !== undefined) yield rollup(head, rows);
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
