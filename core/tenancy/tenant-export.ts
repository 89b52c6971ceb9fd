import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { InvalidInputError } from '../api/maas-error.ts';
import { eventIdPattern } from '../metering/event-id-pattern.ts';
import { eventTime } from '../metering/event-time.ts';
import { journalPartition, journalPartitions, shardsOf } from '../metering/journal-partitions.ts';
import type { JournalOwner } from '../metering/journal-shards.ts';
import type { LedgerPages } from '../metering/ledger/ledger-pages.ts';
import { usageHour } from '../metering/usage-hour.ts';
import type { DynamoDBKeys } from './dynamodb-keys.ts';
import type { DynamoDBTenants } from './dynamodb-tenants.ts';
import { findTenant } from './find-tenant.ts';
import { keyView } from './key-view.ts';
import { tenantView } from './tenant-view.ts';

/** At about 1 KB each, a third of what Lambda can answer. A page that is full ends within an hour, and says behind which event. */
const recordsMax = 2000;
/** Enough to render what was read. */
const remainingMsMin = 5000;
/** An hour, and behind the plus how many records of it were exported. */
const hourPattern = /^(\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):00:00\.000Z)(?:\+(\d{1,9}))?$/;

interface ExportRecord {
  readonly type: 'tenant' | 'key' | 'usage' | 'ledger';
  readonly data: unknown;
}

/** A part of an export. */
export interface ExportPage {
  /**
   * `{type, data}`: first the tenant and its keys, then its usage events and what adjusts or voids them, oldest first; `ledger` names the
   * object of an hour that is too large to be handed out here.
   */
  readonly records: readonly ExportRecord[];
  /** `after` of the next page. Absent on the last one. */
  readonly next?: string;
}

interface Dependencies {
  readonly client: DynamoDBClient;
  readonly usageTable: string;
  readonly ledger: Pick<LedgerPages, 'page'>;
  readonly tenants: DynamoDBTenants;
  readonly keys: DynamoDBKeys;
  readonly now: () => Date;
}

/** Reads all that is kept of a tenant's doing, page by page, so that it takes no more memory and time for years than for a day. */
export class TenantExport {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * @param after `next` of the page before; absent for the first
   * @throws NotFoundError when there is no tenant of this id
   * @throws InvalidInputError for an `after` that no page gave
   */
  async page(id: string, after: string | undefined, remainingMs: () => number): Promise<ExportPage> {
    const { tenants, keys, ledger, now } = this.#with;
    const tenant = await findTenant(tenants, id);
    const until = now();
    const records: ExportRecord[] = [];
    if (after === undefined) {
      records.push({ type: 'tenant', data: tenantView(tenant) });
      for (const key of await keys.ofTenant(id)) records.push({ type: 'key', data: keyView(key, until) });
    }
    const { from, lastKey, exported } = start(after, tenant.createdAt);
    let position = lastKey;
    for (let hour = from; hour < until.getTime(); hour += 3_600_000) {
      const begin = new Date(hour);
      if (remainingMs() < remainingMsMin) return { records, next: begin.toISOString() };
      const skipped = hour === from ? exported : 0;
      // An hour that was begun in the journal is gone on with there: events stay for two days more than the ledger is looked at for.
      const archived =
        position === undefined
          ? await ledger.page(id, usageHour(begin), skipped, Math.max(1, recordsMax - records.length))
          : undefined;
      if (archived !== undefined) {
        for (const data of archived.records) records.push({ type: 'usage', data });
        if (archived.object !== undefined) records.push({ type: 'ledger', data: archived.object });
        if (archived.next !== undefined) return { records, next: `${begin.toISOString()}+${archived.next}` };
        continue;
      }
      for (const partition of journalPartitions(tenant, begin, new Date(hour + 1))) {
        // Those before it are on earlier pages.
        if (position !== undefined && partition !== partitionOf(tenant, position)) continue;
        do {
          const items = await this.#items(partition, position, Math.max(1, recordsMax - records.length));
          for (const { event } of items) records.push({ type: 'usage', data: event });
          position = items.at(-1)?.sk;
          if (position !== undefined && records.length >= recordsMax) return { records, next: position };
        } while (position !== undefined);
      }
    }
    return { records };
  }

  async #items(partition: string, after: string | undefined, limit: number): Promise<{ sk: string; event: unknown }[]> {
    const { client, usageTable } = this.#with;
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: usageTable,
        ConsistentRead: true,
        KeyConditionExpression: `pk = :pk${after === undefined ? '' : ' AND sk > :after'}`,
        ExpressionAttributeValues: marshall({ ':pk': partition, ':after': after }, { removeUndefinedValues: true }),
        Limit: limit,
      }),
    );
    return Items.map((item) => unmarshall(item) as { sk: string; event: unknown });
  }
}

const eventIdOf = (sortKey: string): string => sortKey.replace(/#(?:void|adjust#\d{4})$/, '');

function partitionOf(owner: JournalOwner, sortKey: string): string {
  const id = eventIdOf(sortKey);
  return journalPartition(owner.tenant, id, shardsOf(owner, id));
}

/** The hour to begin with, in epoch milliseconds, and what of it was exported: up to a sort key, or so many records. */
function start(
  after: string | undefined,
  createdAt: string,
): { readonly from: number; readonly lastKey: string | undefined; readonly exported: number } {
  const hour = (time: Date): number => Math.floor(time.getTime() / 3_600_000) * 3_600_000;
  if (after === undefined) return { from: hour(new Date(createdAt)), lastKey: undefined, exported: 0 };
  const [, begin, exported = '0'] = hourPattern.exec(after) ?? [];
  if (begin !== undefined) return { from: hour(new Date(begin)), lastKey: undefined, exported: Number(exported) };
  const eventId = eventIdOf(after);
  if (!eventIdPattern.test(eventId)) throw new InvalidInputError('after: take it from the page before');
  return { from: hour(eventTime(eventId)), lastKey: after, exported: 0 };
}
