import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { eventTime } from '../event-time.ts';
import { idPrefix } from '../id-prefix.ts';
import { journalPartitions, voidKey } from '../journal-partitions.ts';
import type { JournalOwner } from '../journal-shards.ts';
import type { UsageEvent } from '../usage-event.ts';
import type { JournalledRequest } from './request-record.ts';

interface Item {
  readonly sk: string;
  readonly event: {
    readonly time: string;
    readonly data: Pick<UsageEvent['data'], 'requestId' | 'extendedRequestId' | 'repeatable'>;
  };
}

/** An id is minted when its first request begins, and a request takes half a minute at most. */
const requestMsMax = 60_000;

/**
 * Which requests the journal tells of. Reads eventually consistently, at half the price: hours are compared minutes after their end at the
 * earliest, and what is not seen of an open one is seen later. Needs `dynamodb:Query` on the usage table.
 */
export class JournalledRequests {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** Those whose events were minted in the half-open interval, void or not, a page at a time. */
  async *read(owner: JournalOwner, from: Date, to: Date): AsyncGenerator<JournalledRequest[], void> {
    for (const partition of journalPartitions(owner, from, to))
      yield* this.#partition(owner.tenant, partition, from, to);
  }

  async *#partition(
    tenant: string,
    partition: string,
    from: Date,
    to: Date,
  ): AsyncGenerator<JournalledRequest[], void> {
    // What voids an event lies behind it, and maybe on the next page.
    let last: JournalledRequest | undefined;
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ProjectionExpression:
          'sk, #event.#time, #event.#data.requestId, #event.#data.extendedRequestId, #event.#data.repeatable',
        ExpressionAttributeNames: { '#event': 'event', '#time': 'time', '#data': 'data' },
        ExpressionAttributeValues: marshall({ ':pk': partition, ':from': idPrefix(from), ':to': idPrefix(to) }),
      },
    )) {
      const requests: JournalledRequest[] = [];
      for (const item of Items) {
        const { sk, event } = unmarshall(item) as Item;
        if (sk.includes('#')) {
          if (last !== undefined && sk === voidKey(last.event)) last = { ...last, voided: true };
          continue;
        }
        if (last !== undefined) requests.push(last);
        const { requestId, extendedRequestId, repeatable = false } = event.data;
        const ids = { tenant, requestId, ...(extendedRequestId === undefined ? {} : { extendedRequestId }) };
        const byRepeat = Date.parse(event.time) - eventTime(sk).getTime() > requestMsMax;
        last = { source: 'journal', ...ids, event: sk, voided: false, repeatable, byRepeat };
      }
      yield requests;
    }
    if (last !== undefined) yield [last];
  }
}
