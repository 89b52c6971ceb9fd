import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TooLargeError } from '../api/maas-error.ts';
import { journalPartitions } from './journal-partitions.ts';
import type { UsageEvent } from './usage-event.ts';
import type { UsageReport } from './usage-report.ts';
import { UsageSums } from './usage-sums.ts';

/** Queries under way at once: a month of 744 hours takes about 50 rounds, and the SDK's 50 sockets are not used up. */
const concurrentQueries = 16;
/** Time to leave for rendering the answer. */
const reserveMs = 1500;
/** How far the clock of the function that minted an id may be ahead of ours. */
const clockSkewMs = 60_000;

/**
 * Adds up a tenant's usage from the journal itself, one Query per hour partition, so the answer is what the bill will be made of.
 * Read consistently: who has a 2xx finds it counted. Needs `dynamodb:Query` on the usage table.
 */
export class UsageReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBClient, tableName: string, now: () => Date) {
    this.#client = client;
    this.#table = tableName;
    this.#now = now;
  }

  /**
   * @param tenant nothing was used before its `createdAt`, so no hour before that is asked for
   * @param from included, by the time in the event's id
   * @param to excluded
   * @param remainingMs milliseconds left until the platform kills the call
   * @throws TooLargeError when the interval takes longer to add up than there is time left
   */
  async usage(
    tenant: { readonly tenant: string; readonly createdAt: string },
    from: Date,
    to: Date,
    remainingMs: () => number,
  ): Promise<UsageReport> {
    const first = new Date(Math.max(from.getTime(), Date.parse(tenant.createdAt) - clockSkewMs));
    const last = new Date(Math.min(to.getTime(), this.#now().getTime() + clockSkewMs));
    const partitions = journalPartitions(tenant.tenant, first, last);
    const sums = new UsageSums();
    const work = async (): Promise<void> => {
      // The workers share one generator; when one throws, its loop closes it and the others stop at their next turn.
      for (const partition of partitions) {
        for await (const page of this.#pages(partition, from, to)) {
          for (const event of page) sums.add(event);
          if (remainingMs() < reserveMs) throw tooMany(from, to);
        }
      }
    };
    await Promise.all(Array.from({ length: concurrentQueries }, work));
    return sums.report(tenant.tenant, from, to);
  }

  async *#pages(partition: string, from: Date, to: Date): AsyncGenerator<Pick<UsageEvent, 'id' | 'data'>[], void> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        // The bounds are only the beginning of an id, so no id equals them: BETWEEN takes ids from `from` on and before `to`.
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ProjectionExpression: 'sk, #event.#data',
        ExpressionAttributeNames: { '#event': 'event', '#data': 'data' },
        ExpressionAttributeValues: marshall({ ':pk': partition, ':from': idPrefix(from), ':to': idPrefix(to) }),
      },
    );
    for await (const { Items } of pages) {
      yield (Items ?? []).map((item) => {
        const { sk, event } = unmarshall(item) as { sk: string; event: Pick<UsageEvent, 'data'> };
        return { id: sk, data: event.data };
      });
    }
  }
}

/** What all ids minted in this millisecond begin with. */
function idPrefix(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

const tooMany = (from: Date, to: Date): TooLargeError =>
  new TooLargeError(
    `there is too much usage from ${from.toISOString()} to ${to.toISOString()} to add up in one request; ask for fewer days`,
  );
