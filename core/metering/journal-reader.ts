import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemClient } from '../storage/item-client.ts';
import { queryPages } from '../storage/query-pages.ts';
import { addUnits } from './add-units.ts';
import { adjustmentPrefix } from './adjustment-key.ts';
import { eventTime } from './event-time.ts';
import { idPrefix } from './id-prefix.ts';
import { journalPartition, latePartition, shardsOf, voidKey } from './journal-partitions.ts';
import type { JournalOwner } from './journal-shards.ts';
import type { UsageAdjusted } from './usage-adjusted.ts';
import type { UsageEvent } from './usage-event.ts';
import { usageHour } from './usage-hour.ts';
import type { UsageVoided } from './usage-voided.ts';

/** The part of an event that is added up, with its units as they were adjusted. */
export type CountedEvent = Pick<UsageEvent, 'id' | 'data'>;

/** An event as it counts now, and what the journal has of it. */
export interface RecordedEvent extends CountedEvent {
  /** True when it does not count. */
  readonly voided: boolean;
  /** Sort keys of its records, in order: its own, and those of what adjusts or voids it. */
  readonly keys: readonly string[];
  /** Whether any of these is about to leave the journal. */
  readonly leaving?: boolean;
}

/** An event, and what was said of it later. */
export interface FoundEvent {
  readonly event: UsageEvent;
  /** In their order. */
  readonly adjustments: readonly UsageAdjusted[];
  readonly voided?: UsageVoided;
}

/** Reads the journal, always consistently: who has a 2xx finds it there. Needs `dynamodb:Query` on the usage table. */
export class JournalReader {
  readonly #client: Pick<ItemClient, 'query'>;
  readonly #table: string;

  constructor(client: Pick<ItemClient, 'query'>, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** As {@link recorded}, but only the events that count. */
  async *counted(partition: string, from: Date, to: Date, pageItems?: number): AsyncGenerator<CountedEvent[], void> {
    for await (const page of this.recorded(partition, from, to, pageItems)) {
      yield page.filter(({ voided }) => !voided);
    }
  }

  /**
   * The events of a partition that were minted in the half-open interval, by id in ascending order, a page at a time.
   *
   * @param pageItems the most that are read at once; default: as many as DynamoDB gives, 1 MB
   */
  async *recorded(partition: string, from: Date, to: Date, pageItems?: number): AsyncGenerator<RecordedEvent[], void> {
    const pages = queryPages(this.#client, {
      TableName: this.#table,
      ConsistentRead: true,
      // No id is as short as these bounds, so none equals the upper one.
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ProjectionExpression: 'sk, expiresAt, #event.#data',
      ExpressionAttributeNames: { '#event': 'event', '#data': 'data' },
      ExpressionAttributeValues: marshall({ ':pk': partition, ':from': idPrefix(from), ':to': idPrefix(to) }),
      ...(pageItems === undefined ? {} : { Limit: pageItems }),
    });
    // What adjusts or voids an event lies behind it, and maybe on the next page.
    let last: (CountedEvent & { voided: boolean; readonly keys: string[]; leaving: boolean }) | undefined;
    for await (const items of pages) {
      const events: RecordedEvent[] = [];
      for (const item of items) {
        const { sk, event, expiresAt } = unmarshall(item) as {
          sk: string;
          event: Pick<UsageEvent, 'data'>;
          expiresAt?: number;
        };
        const leaving = expiresAt !== undefined;
        if (!sk.includes('#')) {
          if (last !== undefined) events.push(last);
          last = { id: sk, data: event.data, voided: false, keys: [sk], leaving };
        } else if (last !== undefined && sk.startsWith(`${last.id}#`)) {
          last.keys.push(sk);
          last.leaving ||= leaving;
          if (sk === voidKey(last.id)) last.voided = true;
          else if (sk.startsWith(adjustmentPrefix(last.id)))
            last = { ...last, data: { ...last.data, units: addUnits(last.data.units, event.data.units) } };
        }
      }
      yield events;
    }
    if (last !== undefined) yield [last];
  }

  /** An event, and what adjusts or voids it. Undefined when the tenant has none with this id. */
  async find(owner: JournalOwner, id: string): Promise<FoundEvent | undefined> {
    const { Items = [] } = await this.#client.query({
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :id)',
      ExpressionAttributeValues: marshall({
        ':pk': journalPartition(owner.tenant, id, shardsOf(owner, id)),
        ':id': id,
      }),
    });
    const items = Items.map((item) => unmarshall(item) as { sk: string; event: unknown });
    const of = (sk: string): unknown => items.find((item) => item.sk === sk)?.event;
    const event = of(id) as UsageEvent | undefined;
    const voided = of(voidKey(id)) as UsageVoided | undefined;
    const adjustments = items
      .filter(({ sk }) => sk.startsWith(adjustmentPrefix(id)))
      .map((item) => item.event as UsageAdjusted);
    return event === undefined ? undefined : { event, adjustments, ...(voided === undefined ? {} : { voided }) };
  }

  /** The hours that something was noted to have come to late, since a moment. */
  async lateHours(tenant: string, since: Date): Promise<ReadonlySet<string>> {
    const hours = new Set<string>();
    for await (const items of queryPages(this.#client, {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk >= :since',
      ProjectionExpression: 'sk',
      ExpressionAttributeValues: marshall({ ':pk': latePartition(tenant), ':since': since.toISOString() }),
    })) {
      for (const item of items) {
        const id = String(unmarshall(item)['sk']).split('#')[1] ?? '';
        hours.add(usageHour(eventTime(id)));
      }
    }
    return hours;
  }
}
