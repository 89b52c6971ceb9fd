import { createHash } from 'node:crypto';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../storage/is-condition-failed.ts';
import { wasRefused } from '../../storage/was-refused.ts';
import { type CloseProgress, DynamoDBRollups, type RollupItem } from '../dynamodb-rollups.ts';
import type { HourRollup, RollupRow } from '../rollup.ts';
import { rollupKey } from '../rollup-key.ts';
import type { FoldedHour } from './hour-fold.ts';
import type { RollupFollowers } from './rollup-followers.ts';

/** What is known of a rollup without its rows. */
export type RollupHead = Pick<HourRollup, 'version' | 'events' | 'idsSha256' | 'open'> & {
  /** SHA-256 of the rows as JSON. */
  readonly rowsSha256: string;
};

/** An item holds 400 kB. UTF-16 units: names of models and keys are ASCII. */
const partLengthMax = 300_000;

/** Also writes rollups: needs `dynamodb:PutItem` and `UpdateItem` too. */
export class RollupStore extends DynamoDBRollups {
  readonly #client: DynamoDB;
  readonly #table: string;
  readonly #followers: RollupFollowers | undefined;

  /** @param followers for who closes hours; who only reads them needs none */
  constructor(client: DynamoDB, tableName: string, followers?: RollupFollowers) {
    super(client, tableName);
    this.#client = client;
    this.#table = tableName;
    this.#followers = followers;
  }

  /** The newest version of an hour, without its rows. */
  async head(tenant: string, hour: string): Promise<RollupHead | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: marshall({ pk: rollupKey.partition(tenant), sk: rollupKey.head(hour) }),
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
          Item: marshall({ pk: rollupKey.partition(tenant), sk: rollupKey.part(hour, version, part), rows }),
        });
      }
    }
    const item: RollupItem = {
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
        Item: marshall({ pk: rollupKey.partition(tenant), sk: rollupKey.head(hour), ...item }),
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

  /** Moves one of them forward, never back: of several that close at once, the one that is ahead decides. */
  async advance(tenant: string, field: keyof CloseProgress, value: string): Promise<void> {
    try {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: marshall({ pk: rollupKey.partition(tenant), sk: rollupKey.cursor }),
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
