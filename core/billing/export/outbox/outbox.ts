import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../../storage/is-condition-failed.ts';
import { wasRefused } from '../../../storage/was-refused.ts';
import type { Addressees } from '../addressees.ts';
import type { Destination } from '../destination.ts';
import type { OutboxRow } from '../outbox-row.ts';
import { exportKeys } from './export-keys.ts';
import { type PendingRow, pendingRow } from './pending-row.ts';

/** How things stand with a row that was not delivered. */
export interface OpenRow extends OutboxRow {
  readonly state: 'pending' | 'rejected';
  /** Why the last try failed; absent before the first. */
  readonly reason?: string;
  /** RFC 3339: when it is tried next, or when it was refused. */
  readonly at: string;
}

/** How things stand with a destination. */
export interface OutboxStanding {
  readonly pending: number;
  /** RFC 3339: since when the oldest row waits; absent when none does. */
  readonly oldestSince?: string;
  readonly rejected: number;
}

/** What waits for one tenant. */
export interface TenantDue {
  readonly tenant: string;
  /** First and last of its hours that wait; absent when there is only a link to be caught up with. */
  readonly hours?: { readonly first: string; readonly last: string };
}

/** Hours of which destinations have yet to be told: in the table `exports`. */
export class Outbox implements Addressees {
  readonly #client: DynamoDB;
  readonly #table: string;

  constructor(client: DynamoDB, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** The tenants that something waits for, those first that have waited longest. Takes memory for each of them, not for what waits. */
  async due(destination: Destination, now: Date): Promise<readonly TenantDue[]> {
    const found = new Map<string, TenantDue>();
    for await (const item of this.#byDue(exportKeys.due(destination), now)) {
      const { tenant, hour } = item as { tenant: string; hour?: string };
      const known = found.get(tenant)?.hours;
      const hours =
        hour === undefined
          ? known
          : {
              first: known === undefined || hour < known.first ? hour : known.first,
              last: known === undefined || hour > known.last ? hour : known.last,
            };
      found.set(tenant, { tenant, ...(hours === undefined ? {} : { hours }) });
    }
    return [...found.values()];
  }

  /** The tenant's rows that are due between two hours, oldest hour first, a page at a time. Read consistently. */
  async *rows(
    tenant: string,
    destination: Destination,
    { first, last }: { readonly first: string; readonly last: string },
    now: Date,
  ): AsyncGenerator<readonly OutboxRow[], void> {
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        FilterExpression: 'due = :due AND dueAt <= :now',
        ExpressionAttributeValues: marshall({
          ':pk': exportKeys.partition(tenant),
          ':first': exportKeys.row(destination, first),
          ':last': exportKeys.row(destination, last),
          ':due': exportKeys.due(destination),
          ':now': now.toISOString(),
        }),
      },
    )) {
      if (Items.length > 0) yield Items.map((item) => rowOf(unmarshall(item)));
    }
  }

  /** Makes an hour wait, unless this version or a later one waits, was delivered or was refused already. */
  want(row: PendingRow, at: Date): Promise<void> {
    return this.#want(row, at, 'attribute_not_exists(version) OR version < :version');
  }

  /** Makes an hour wait that has changed since the destination was told of it, or was to be; not one that it never had to do with. */
  wantChange(row: PendingRow, at: Date): Promise<void> {
    return this.#want(row, at, 'version < :version');
  }

  async tellTo(row: OutboxRow, name: string, at: Date): Promise<string | undefined> {
    if (row.toldTo !== undefined) return row.toldTo;
    let toldTo: string | undefined;
    await unlessOvertaken(async () => {
      const { Attributes = {} } = await this.#client.updateItem({
        TableName: this.#table,
        Key: rowKey(row),
        UpdateExpression: 'SET toldTo = if_not_exists(toldTo, :name), toldAt = if_not_exists(toldAt, :at)',
        ConditionExpression: 'attribute_exists(version)',
        ExpressionAttributeValues: marshall({ ':name': name, ':at': at.toISOString() }),
        ReturnValues: 'UPDATED_NEW',
      });
      toldTo = String(unmarshall(Attributes)['toldTo']);
    });
    return toldTo;
  }

  async toldNobody(row: OutboxRow): Promise<void> {
    await this.#mark(row, 'REMOVE toldTo, toldAt', 'attribute_not_exists(delivered)');
  }

  /** The destination has been told of this version. One that is newer by now goes on waiting. */
  async delivered(row: OutboxRow): Promise<void> {
    const { refusals } = row;
    await this.#mark(
      row,
      'SET delivered = :version, attempts = :none REMOVE due, dueAt, since, reason',
      // Not when the destination took it back already.
      refusals === undefined ? 'attribute_not_exists(refusals)' : 'refusals = :refusals',
      { ':none': 0, ...(refusals === undefined ? {} : { ':refusals': refusals }) },
    );
  }

  /** To be tried again. */
  async later(row: OutboxRow, reason: string, at: Date): Promise<void> {
    await this.#mark(row, 'SET attempts = :attempts, dueAt = :at, reason = :reason', 'due = :due', {
      ':attempts': row.attempts + 1,
      ':at': at.toISOString(),
      ':reason': reason,
      ':due': exportKeys.due(row.destination),
    });
  }

  /** Refused for good, until somebody has it tried again or the hour gets another version. */
  async rejected(row: OutboxRow, reason: string, at: Date): Promise<void> {
    const change = 'SET attempts = :attempts, due = :rejected, dueAt = :at, reason = :reason';
    await this.#mark(row, change, 'due = :due', {
      ':attempts': row.attempts + 1,
      ':at': at.toISOString(),
      ':reason': reason,
      ':due': exportKeys.due(row.destination),
      ':rejected': exportKeys.rejected(row.destination),
    });
  }

  /** Takes a row back that nobody is to be told of any more, as if its version had never been. What the destination knows, or was settled, stays known. */
  async drop(row: OutboxRow): Promise<void> {
    const { version, delivered, toldTo, refusals, settled } = row;
    if ((delivered ?? toldTo ?? refusals ?? settled) !== undefined) {
      const change = 'SET version = :before REMOVE due, dueAt, since, reason';
      await this.#mark(row, change, 'attribute_exists(due)', { ':before': delivered ?? 0 });
      return;
    }
    await unlessOvertaken(() =>
      this.#client.deleteItem({
        TableName: this.#table,
        Key: rowKey(row),
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: marshall({ ':version': version }),
      }),
    );
  }

  /** The tenant's rows that were not delivered, by destination and hour. Read consistently. */
  async open(tenant: string): Promise<readonly OpenRow[]> {
    const open: OpenRow[] = [];
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :rows)',
        FilterExpression: 'attribute_exists(due)',
        ExpressionAttributeValues: marshall({ ':pk': exportKeys.partition(tenant), ':rows': exportKeys.rows }),
      },
    )) {
      for (const item of Items) {
        const { due, dueAt, reason, ...row } = unmarshall(item) as Record<string, string>;
        open.push({
          ...rowOf(row),
          state: due?.startsWith('rejected#') ? 'rejected' : 'pending',
          at: String(dueAt),
          ...(reason === undefined ? {} : { reason }),
        });
      }
    }
    return open;
  }

  /** Has what was refused and what waits for its next try tried at once. @returns how many rows */
  async retry(tenant: string, destination: Destination, at: Date): Promise<number> {
    let retried = 0;
    for (const row of await this.open(tenant)) {
      if (row.destination !== destination) continue;
      const waits = await this.#mark(row, 'SET attempts = :none, due = :due, dueAt = :at', 'attribute_exists(due)', {
        ':none': 0,
        ':due': exportKeys.due(destination),
        ':at': at.toISOString(),
      });
      if (waits) retried += 1;
    }
    return retried;
  }

  /** How things stand with a destination. The index that says so is behind by a moment. */
  async standing(destination: Destination): Promise<OutboxStanding> {
    let pending = 0;
    let oldestSince: string | undefined;
    for await (const { since } of this.#byDue(exportKeys.due(destination), undefined)) {
      if (typeof since !== 'string') continue;
      pending += 1;
      if (oldestSince === undefined || since < oldestSince) oldestSince = since;
    }
    let rejected = 0;
    for await (const _ of this.#byDue(exportKeys.rejected(destination), undefined)) rejected += 1;
    return { pending, rejected, ...(oldestSince === undefined ? {} : { oldestSince }) };
  }

  async #want(row: PendingRow, at: Date, condition: string): Promise<void> {
    try {
      await this.#client.updateItem({ ...pendingRow(this.#table, row, at), ConditionExpression: condition });
    } catch (error) {
      // In the middle of a transaction is something else: that may come to nothing, and then nobody wants the hour.
      if (!isConditionFailed(error)) throw error;
    }
  }

  /** Changes a row that has the same version still, on a further condition. @returns false when it was not changed */
  #mark(row: OutboxRow, change: string, condition: string, values: Record<string, unknown> = {}): Promise<boolean> {
    return unlessOvertaken(() =>
      this.#client.updateItem({
        TableName: this.#table,
        Key: rowKey(row),
        UpdateExpression: change,
        ConditionExpression: `version = :version AND ${condition}`,
        ExpressionAttributeValues: marshall({ ':version': row.version, ...values }),
      }),
    );
  }

  /** Links that are to be caught up with are among them, without an hour. */
  async *#byDue(due: string, to: Date | undefined): AsyncGenerator<Record<string, unknown>, void> {
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        IndexName: 'by-due',
        KeyConditionExpression: to === undefined ? 'due = :due' : 'due = :due AND dueAt <= :to',
        ExpressionAttributeValues: marshall({ ':due': due, ...(to === undefined ? {} : { ':to': to.toISOString() }) }),
      },
    )) {
      for (const item of Items) yield unmarshall(item);
    }
  }
}

/**
 * Also when the row is about to be overtaken: a transaction that is under way with it writes another version. If that comes to nothing, the
 * row goes on waiting as it did, and whatever the mark was about happens once more.
 */
async function unlessOvertaken(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (wasRefused(error)) return false;
    throw error;
  }
}

const rowKey = ({ tenant, destination, hour }: OutboxRow) =>
  marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.row(destination, hour) });

function rowOf(item: Record<string, unknown>): OutboxRow {
  const { tenant, destination, hour, version, since, attempts, delivered, toldTo, toldAt, settled, refusals } =
    item as unknown as OutboxRow;
  return {
    tenant,
    destination,
    hour,
    version,
    since,
    attempts,
    ...(delivered === undefined ? {} : { delivered }),
    ...(toldTo === undefined ? {} : { toldTo }),
    ...(toldAt === undefined ? {} : { toldAt }),
    ...(settled === undefined ? {} : { settled }),
    ...(refusals === undefined ? {} : { refusals }),
  };
}
