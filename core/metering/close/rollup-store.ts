import { createHash } from 'node:crypto';
import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../storage/is-condition-failed.ts';
import { wasRefused } from '../../storage/was-refused.ts';
import type { HourRollup, RollupReader, RollupRow } from '../rollup.ts';
import { hourMs, usageHour } from '../usage-hour.ts';
import type { FoldedHour } from './fold-hour.ts';
import type { RollupFollowers } from './rollup-followers.ts';

/** What is known of a rollup without its rows. */
export type RollupHead = Pick<HourRollup, 'version' | 'events' | 'idsSha256' | 'open'> & {
  /** SHA-256 of the rows as JSON. */
  readonly rowsSha256: string;
};

/** How far a tenant's usage is closed. */
export interface CloseProgress {
  /** The first hour that is not closed. */
  readonly closedTo: string;
  /** RFC 3339: late usage noted before this has been counted. */
  readonly lateSeenTo: string;
}

interface HeadItem extends Omit<HourRollup, 'rows'> {
  readonly rowsSha256: string;
  /** JSON, when it fits; else it lies in `parts` items of its own. */
  readonly rows?: string;
  readonly parts: number;
}

/** An item holds 400 kB. UTF-16 units: names of models and keys are ASCII. */
const partLengthMax = 300_000;

const pkOf = (tenant: string): string => `T#${tenant}`;
const headKey = (hour: string): string => `H#${hour}`;
const digits = (value: number): string => String(value).padStart(8, '0');
const partKey = (hour: string, version: number, part: number): string =>
  `${headKey(hour)}#V#${digits(version)}#P#${digits(part)}`;

/** The rollups in DynamoDB. Reading needs `dynamodb:GetItem` and `Query` on their table, writing also `PutItem` and `UpdateItem`. */
export class RollupStore implements RollupReader {
  readonly #client: DynamoDB;
  readonly #table: string;
  readonly #followers: RollupFollowers | undefined;

  /** @param followers for who closes hours; who only reads them needs none */
  constructor(client: DynamoDB, tableName: string, followers?: RollupFollowers) {
    this.#client = client;
    this.#table = tableName;
    this.#followers = followers;
  }

  /** The newest version of an hour, without its rows. */
  async head(tenant: string, hour: string): Promise<RollupHead | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: marshall({ pk: pkOf(tenant), sk: headKey(hour) }),
      ConsistentRead: true,
    });
    return Item === undefined ? undefined : (unmarshall(Item) as RollupHead);
  }

  /**
   * Writes the version that follows `before`, which must have been read before the journal was: an older reading of the journal can then
   * never replace a newer one. What its followers write comes with it or not at all.
   *
   * @returns the version, or undefined when `before` is the newest no more or somebody wrote at this very moment, and nothing was changed
   */
  async set(
    tenant: string,
    hour: string,
    folded: FoldedHour,
    { before, at, open }: { readonly before: RollupHead | undefined; readonly at: Date; readonly open: boolean },
  ): Promise<number | undefined> {
    const version = (before?.version ?? 0) + 1;
    const parts = chunks(folded.rows);
    const inHead = parts.length === 1;
    // Before the head, so that who finds the head finds them. Those of a writer that lost are overwritten by the next.
    if (!inHead) {
      for (const [part, rows] of parts.entries()) {
        await this.#client.putItem({
          TableName: this.#table,
          Item: marshall({ pk: pkOf(tenant), sk: partKey(hour, version, part), rows }),
        });
      }
    }
    const item: HeadItem = {
      tenant,
      hour,
      version,
      events: folded.events,
      idsSha256: folded.idsSha256,
      rowsSha256: rowsDigest(folded.rows),
      closedAt: at.toISOString(),
      ...(open ? { open } : {}),
      ...(inHead ? { rows: parts[0] ?? '[]' } : {}),
      parts: inHead ? 0 : parts.length,
    };
    try {
      const put = {
        TableName: this.#table,
        Item: marshall({ pk: pkOf(tenant), sk: headKey(hour), ...item }),
        ConditionExpression: before === undefined ? 'attribute_not_exists(pk)' : 'version = :before',
        ...(before === undefined ? {} : { ExpressionAttributeValues: marshall({ ':before': before.version }) }),
      };
      const writes = (await this.#followers?.writes(tenant, hour, version, at)) ?? [];
      if (writes.length === 0) await this.#client.putItem(put);
      else await this.#client.transactWriteItems({ TransactItems: [{ Put: put }, ...writes] });
      return version;
    } catch (error) {
      if (wasRefused(error)) return undefined;
      throw error;
    }
  }

  async *rollups(tenant: string, from: Date, to: Date): AsyncGenerator<HourRollup, void> {
    const first = usageHour(new Date(Math.ceil(from.getTime() / hourMs) * hourMs));
    const last = usageHour(new Date(to.getTime() - 1));
    if (first > last) return;
    let head: HeadItem | undefined;
    let rows: RollupRow[] = [];
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        // Behind the last hour's parts.
        ExpressionAttributeValues: marshall({
          ':pk': pkOf(tenant),
          ':first': headKey(first),
          ':last': `${headKey(last)}#W`,
        }),
      },
    )) {
      for (const item of Items) {
        const found = unmarshall(item) as HeadItem & { readonly sk: string };
        const isHead = found.sk === headKey(found.hour);
        if (isHead) {
          if (head !== undefined) yield rollup(head, rows);
          head = found;
          rows = found.rows === undefined ? [] : (JSON.parse(found.rows) as RollupRow[]);
        } else if (head !== undefined && found.sk.startsWith(`${headKey(head.hour)}#V#${digits(head.version)}#`)) {
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
      Key: marshall({ pk: pkOf(tenant), sk: 'CURSOR' }),
      ConsistentRead: true,
    });
    return Item === undefined ? {} : (unmarshall(Item) as Partial<CloseProgress>);
  }

  /** Moves one of the two forward, never back: of several that close at once, the one that is ahead decides. */
  async advance(tenant: string, field: keyof CloseProgress, value: string): Promise<void> {
    try {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: marshall({ pk: pkOf(tenant), sk: 'CURSOR' }),
        UpdateExpression: 'SET #field = :value',
        ConditionExpression: 'attribute_not_exists(#field) OR #field < :value',
        ExpressionAttributeNames: { '#field': field },
        ExpressionAttributeValues: marshall({ ':value': value }),
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
}

/** SHA-256 of rows as they are stored. */
export const rowsDigest = (rows: readonly RollupRow[]): string =>
  createHash('sha256').update(JSON.stringify(rows)).digest('hex');

const rollup = (
  { tenant, hour, version, events, idsSha256, closedAt, open }: HeadItem,
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

function chunks(rows: readonly RollupRow[]): string[] {
  const found: string[] = [];
  let current: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (length + text.length > partLengthMax) {
      found.push(`[${current.join(',')}]`);
      current = [];
      length = 0;
    }
    current.push(text);
    length += text.length + 1;
  }
  found.push(`[${current.join(',')}]`);
  return found;
}
