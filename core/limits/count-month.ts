import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { adjustmentPrefix } from '../metering/adjustment-key.ts';
import { journalPartitions, voidKey } from '../metering/journal-partitions.ts';
import type { JournalOwner } from '../metering/journal-shards.ts';
import type { ItemClient } from '../storage/item-client.ts';
import { type LimitedUnits, type LimitUnit, limitUnits } from './limits.ts';
import type { Month } from './month.ts';

/** Queries under way at once. A month has 744 hours at most, most of them empty for a tenant with a small quota. */
const concurrentQueries = 16;

/**
 * What a tenant has used of a month by the journal, which the bill is made of too: one Query for each partition of each hour so far, read
 * consistently.
 * Happens once for a tenant and month, and after its limits were changed. Needs `dynamodb:Query` on the usage table.
 *
 * @throws Error when it takes longer than `msMax`
 */
export async function countMonth(
  {
    client,
    usageTable,
    now,
  }: { readonly client: Pick<ItemClient, 'query'>; readonly usageTable: string; readonly now: () => Date },
  owner: JournalOwner,
  month: Month,
  msMax: number,
): Promise<LimitedUnits> {
  const used = Object.fromEntries(limitUnits.map((unit) => [unit, 0])) as Record<LimitUnit, number>;
  const startedMs = performance.now();
  const partitions = journalPartitions(owner, new Date(month.startMs), new Date(Math.min(month.endMs, +now() + 1)));
  const work = async (): Promise<void> => {
    for (const partition of partitions) {
      for await (const units of events(client, usageTable, partition)) {
        for (const unit of limitUnits) used[unit] += units[unit];
      }
      if (performance.now() - startedMs > msMax) {
        throw new Error(
          `counting what ${owner.tenant} used in ${month.name} takes longer than ${Math.round(msMax)} ms`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: concurrentQueries }, work));
  return used;
}

/** The units of the events of a partition that count. `JournalReader` does the same with the SDK, which no cold start should wait for. */
async function* events(
  client: Pick<ItemClient, 'query'>,
  table: string,
  partition: string,
): AsyncGenerator<LimitedUnits, void> {
  let next: Parameters<ItemClient['query']>[0]['ExclusiveStartKey'];
  // What adjusts or voids an event lies right behind it.
  let last: { readonly id: string; readonly units: LimitedUnits } | undefined;
  do {
    const { Items, LastEvaluatedKey } = await client.query({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ProjectionExpression: 'sk, #event.#data.#units',
      ExpressionAttributeNames: { '#event': 'event', '#data': 'data', '#units': 'units' },
      ExpressionAttributeValues: marshall({ ':pk': partition }),
      ExclusiveStartKey: next,
    });
    for (const item of Items ?? []) {
      const { sk, event } = unmarshall(item) as { sk: string; event?: { data?: { units?: LimitedUnits } } };
      const units = event?.data?.units;
      if (last !== undefined && units !== undefined && sk.startsWith(adjustmentPrefix(last.id))) {
        last = { id: last.id, units: sum(last.units, units) };
        continue;
      }
      if (last !== undefined && sk !== voidKey(last.id)) yield last.units;
      last = units === undefined ? undefined : { id: sk, units };
    }
    next = LastEvaluatedKey;
  } while (next !== undefined);
  if (last !== undefined) yield last.units;
}

const sum = (a: LimitedUnits, b: LimitedUnits): LimitedUnits =>
  Object.fromEntries(limitUnits.map((unit) => [unit, a[unit] + b[unit]])) as Record<LimitUnit, number>;
