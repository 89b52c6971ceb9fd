import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { BatchMeterUsageCommand } from '@aws-sdk/client-marketplace-metering';
import type { ExportOutcome } from '../../../../../core/billing/export/exporter.ts';
import type { MarketplaceDimension } from '../../../../../core/billing/export/marketplace/marketplace-connection.ts';
import { MarketplaceExporter } from '../../../../../core/billing/export/marketplace/marketplace-exporter.ts';
import { MarketplaceStates } from '../../../../../core/billing/export/marketplace/marketplace-states.ts';
import type { PublishedPriceBook } from '../../../../../core/billing/price-book/published-price-book.ts';
import type { HourRollup } from '../../../../../core/metering/rollup.ts';
import { buyer, license, type startMarketplace } from '../../../../local/marketplace/start-marketplace.ts';
import { RollupsInMemory, rollup } from '../../books.ts';

type Marketplace = Awaited<ReturnType<typeof startMarketplace>>;

export interface TellingOptions {
  readonly tenant: string;
  readonly dynamo: Pick<DynamoDB, 'query' | 'putItem'>;
  readonly marketplace: Marketplace;
  dimensions: readonly MarketplaceDimension[];
  readonly books?: readonly PublishedPriceBook[];
  readonly from?: string;
  readonly license?: string;
}

/** Dies before or after each of its calls, when its time has come. */
export class Death extends Error {}

/** One tenant whose usage is told, its outbox a list: what was changed since it was delivered. */
export class Telling {
  readonly rollups = new RollupsInMemory();
  readonly lines: { readonly message: string; readonly detail: Readonly<Record<string, unknown>> }[] = [];
  readonly statuses: string[] = [];
  license: string;
  account = buyer;
  remainingMs = 60_000;
  /** How far the Marketplace's clock is behind the exporter's. */
  aheadMs = 0;
  /** Calls that a delivery still lives through; the half is one that is made, and its answer never seen. */
  callsLeft = Number.POSITIVE_INFINITY;
  /** Whether what became of rows is noted; a process may die before. */
  marks = true;
  readonly #with: TellingOptions;
  readonly #waiting = new Map<string, number>();
  /** What operators are shown: why each hour was refused, until it changes or is delivered. */
  readonly #shown = new Map<string, string>();
  from: string;

  constructor(options: TellingOptions) {
    this.#with = options;
    this.license = options.license ?? license;
    this.from = options.from ?? '2026-11-01T00';
  }

  /** Sets what an hour comes to. */
  set(hour: string, ...rows: HourRollup['rows']): void {
    this.#waiting.set(hour, this.setUnlinked(hour, ...rows));
    this.#shown.delete(hour);
  }

  /** The same while nobody is told. @returns the hour's version */
  setUnlinked(hour: string, ...rows: HourRollup['rows']): number {
    const index = this.rollups.hours.findIndex((each) => each.hour === hour);
    const version = (this.rollups.hours[index]?.version ?? 0) + 1;
    const next = { ...rollup(hour, ...rows), tenant: this.#with.tenant, version };
    if (index < 0) this.rollups.hours.push(next);
    else this.rollups.hours[index] = next;
    return version;
  }

  /** Has all hours told again, as `maas exports retry` does. */
  retry(): void {
    for (const { hour, version } of this.rollups.hours) this.#waiting.set(hour, version);
  }

  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  /** Delivers what waits. Undefined: nothing does. @throws Death */
  async deliver(): Promise<ExportOutcome | undefined> {
    const [outcome] = await this.outcomes();
    return outcome;
  }

  /** The same, with an outcome for each hour. */
  async outcomes(): Promise<readonly ExportOutcome[]> {
    const { tenant, dynamo, marketplace, dimensions, books = [] } = this.#with;
    const rows = [...this.#waiting].sort(([a], [b]) => (a < b ? -1 : 1));
    if (rows.length === 0) return [];
    const exporter = new MarketplaceExporter({
      dimensions,
      states: new MarketplaceStates(
        {
          query: (input: Parameters<DynamoDB['query']>[0]) => this.#mortal(() => dynamo.query(input)),
          putItem: (input: Parameters<DynamoDB['putItem']>[0]) => this.#mortal(() => dynamo.putItem(input)),
        } as typeof dynamo,
        'exports',
      ),
      client: {
        send: (command: BatchMeterUsageCommand) => this.#mortal(() => this.#meter(command)),
      } as unknown as typeof marketplace.client,
      outbox: {
        open: async () =>
          [...this.#shown].map(([hour, reason]) => ({
            ...{ tenant, destination: 'marketplace', hour, version: 1, since: '', attempts: 1 },
            ...{ state: 'rejected', at: '', reason },
          })),
      },
      rollups: this.rollups,
      books: { all: async () => books },
      now: () => new Date(marketplace.clock.now.getTime() + this.aheadMs),
      log: (message, detail) => this.lines.push({ message, detail }),
    });
    const outcomes = await exporter.deliver(
      { destination: 'marketplace', tenant, from: this.from, account: this.account, license: this.license },
      rows.map(([hour, version]) => ({
        tenant,
        destination: 'marketplace',
        hour,
        version,
        since: '2026-11-22T00:00:00.000Z',
        attempts: 0,
      })),
      () => this.remainingMs,
    );
    if (!this.marks) return outcomes;
    for (const [index, [hour]] of rows.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'later') this.#waiting.delete(hour);
      if (outcome?.kind === 'rejected') this.#shown.set(hour, outcome.reason);
      if (outcome?.kind === 'delivered') this.#shown.delete(hour);
    }
    return outcomes;
  }

  /** What the Marketplace counts of this license, by dimension. */
  recorded(): Readonly<Record<string, bigint>> {
    const sums: Record<string, bigint> = {};
    for (const each of this.#with.marketplace.recorded()) {
      if (each.license === this.license) sums[each.dimension] = (sums[each.dimension] ?? 0n) + BigInt(each.quantity);
    }
    return sums;
  }

  async #meter(command: BatchMeterUsageCommand) {
    const output = await this.#with.marketplace.client.send(command);
    for (const { Status } of output.Results ?? []) this.statuses.push(String(Status));
    return output;
  }

  async #mortal<T>(call: () => Promise<T>): Promise<T> {
    if (this.callsLeft <= 0) throw new Death();
    this.callsLeft -= 1;
    const answer = await call();
    if (this.callsLeft < 0) throw new Death();
    return answer;
  }
}
