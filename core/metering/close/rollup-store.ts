import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../storage/is-condition-failed.ts';
import { wasRefused } from '../../storage/was-refused.ts';
import { type CloseProgress, DynamoDBRollups, type RollupItem } from '../dynamodb-rollups.ts';
import { LedgerIndex } from '../ledger/ledger-index.ts';
import type { RollupRow } from '../rollup.ts';
import { rollupKey } from '../rollup-key.ts';
import { rowsDigest } from '../rows-digest.ts';
import { followedVersion } from './followed-version.ts';
import type { FoldedHour } from './hour-fold.ts';
import type { RollupFollowers } from './rollup-followers.ts';

/** What is known of a rollup without its rows. */
export type RollupHead = Omit<RollupItem, 'tenant' | 'hour' | 'rows' | 'closedAt'> & {
  /** Present when its rows are not those that were written. */
  readonly damaged?: true;
};

interface SetOptions {
  readonly before: RollupHead | undefined;
  readonly at: Date;
  readonly open: boolean;
  /**
   * A version that the hour had.
   * @default - none but that of `before`
   */
  readonly known?: number;
}

/** An item holds 400 kB. UTF-16 units: names of models and keys are ASCII. */
const partLengthMax = 300_000;
/** For how long the parts of an older version stay, in seconds: for who has read its head and goes on with them. */
const oldPartsSeconds = 86_400;

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
    if (Item === undefined) return undefined;
    const item = unmarshall(Item) as RollupItem;
    return { ...item, ...((await this.rowsOf(item)) === undefined ? { damaged: true } : {}) };
  }

  /**
   * Writes the version that follows `before`, which must have been read before the journal was: an older reading of the journal can then
   * never replace a newer one. What its followers write comes with it or not at all. An hour that has no rollup, or not its newest, since
   * rollups were lost, gets a version behind all that the ledger and its followers know.
   *
   * @returns the version, or undefined when `before` is the newest no more or somebody wrote at this very moment, and nothing was changed
   */
  async set(tenant: string, hour: string, folded: FoldedHour, options: SetOptions): Promise<number | undefined> {
    const { before, at, open, known = 0 } = options;
    const version = 1 + Math.max(known, before?.version ?? (await this.#archivedVersion(tenant, hour)));
    const parts = chunks(folded.rows);
    const inHead = parts.length === 1;
    const rowsSha256 = rowsDigest(JSON.stringify(folded.rows));
    const item: RollupItem = {
      tenant,
      hour,
      version,
      events: folded.events,
      idsSha256: folded.idsSha256,
      rowsSha256,
      records: folded.records,
      recordsSha256: folded.recordsSha256,
      closedAt: at.toISOString(),
      ...(open ? { open } : {}),
      ...(inHead ? { rows: parts[0] ?? '[]' } : {}),
      parts: inHead ? 0 : parts.length,
    };
    // Before the head, so that who finds the head finds them.
    if (!inHead) await this.#putParts(item, parts);
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
    } catch (error) {
      if (!wasRefused(error)) throw error;
      const followed = followedVersion(error);
      if (followed === undefined) {
        await this.#overtaken(item, at);
        return undefined;
      }
      await this.#expireParts(item, at);
      return this.set(tenant, hour, folded, { ...options, known: followed });
    }
    if (before !== undefined) await this.#expireParts({ tenant, hour, ...before }, at);
    return version;
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

  /** The greatest version that is known of an hour where it was archived. */
  async #archivedVersion(tenant: string, hour: string): Promise<number> {
    const archived = await new LedgerIndex(this.#client, this.#table).find(tenant, hour);
    return archived === undefined ? 0 : Math.max(archived.version, archived.rollupVersion);
  }

  async #putParts({ tenant, hour, version, rowsSha256 }: RollupItem, parts: readonly string[]): Promise<void> {
    for (const [part, rows] of parts.entries()) {
      const sk = rollupKey.part(hour, version, rowsSha256, part);
      await this.#client.putItem({
        TableName: this.#table,
        Item: marshall({ pk: rollupKey.partition(tenant), sk, rows }),
      });
    }
  }

  /** Lets the parts go of what was not written, unless they may get this head yet, from another who found the same. */
  async #overtaken(item: RollupItem, at: Date): Promise<void> {
    if (item.parts === 0) return;
    const newest = await this.head(item.tenant, item.hour);
    if (newest !== undefined && newest.version >= item.version && newest.rowsSha256 !== item.rowsSha256) {
      await this.#expireParts(item, at);
    }
  }

  /** Lets the parts go of a version that no head has any more, and none can get. */
  async #expireParts(
    { tenant, hour, version, rowsSha256, parts }: Omit<RollupItem, 'closedAt'>,
    at: Date,
  ): Promise<void> {
    for (let part = 0; part < parts; part += 1) {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: marshall({ pk: rollupKey.partition(tenant), sk: rollupKey.part(hour, version, rowsSha256, part) }),
        UpdateExpression: 'SET expiresAt = :at',
        ExpressionAttributeValues: marshall({ ':at': Math.floor(at.getTime() / 1000) + oldPartsSeconds }),
      });
    }
  }
}

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
