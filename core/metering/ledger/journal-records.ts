import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { journalPartitions } from '../journal-partitions.ts';
import type { JournalRecord } from '../journal-record.ts';
import type { JournalOwner } from '../journal-shards.ts';
import { mergedById } from '../merged-by-id.ts';
import { hourMs, hourStart } from '../usage-hour.ts';

/** Records of all partitions of an hour that are in memory at once, about. */
const recordsHeld = 4096;

/** An event and what stands behind it, with their places in the journal. */
export interface JournalEntry {
  /** Of the event. */
  readonly id: string;
  readonly records: readonly JournalRecord[];
  readonly keys: readonly { readonly pk: string; readonly sk: string; readonly expires: boolean }[];
}

/** Reads an hour's whole records, by the event's id in ascending order. Needs `dynamodb:Query` on the usage table. */
export async function* journalRecords(
  client: DynamoDB,
  table: string,
  owner: JournalOwner,
  hour: string,
): AsyncGenerator<JournalEntry[], void> {
  const from = hourStart(hour);
  const partitions = [...journalPartitions(owner, from, new Date(from.getTime() + hourMs))];
  const limit = Math.ceil(recordsHeld / 2 / partitions.length);
  yield* mergedById(partitions.map((partition) => entries(client, table, partition, limit)));
}

async function* entries(
  client: DynamoDB,
  table: string,
  partition: string,
  limit: number,
): AsyncGenerator<JournalEntry[], void> {
  let last: { id: string; records: JournalRecord[]; keys: JournalEntry['keys'][number][] } | undefined;
  for await (const { Items = [] } of paginateQuery(
    { client },
    {
      TableName: table,
      ConsistentRead: true,
      Limit: limit,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': partition }),
    },
  )) {
    const page: JournalEntry[] = [];
    for (const item of Items) {
      const { sk, event, expiresAt } = unmarshall(item) as { sk: string; event: JournalRecord; expiresAt?: number };
      const key = { pk: partition, sk, expires: expiresAt !== undefined };
      if (last !== undefined && sk.startsWith(`${last.id}#`)) {
        last.records.push(event);
        last.keys.push(key);
        continue;
      }
      if (last !== undefined) page.push(last);
      last = { id: sk, records: [event], keys: [key] };
    }
    yield page;
  }
  if (last !== undefined) yield [last];
}
