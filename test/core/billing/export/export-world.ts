import { randomUUID } from 'node:crypto';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import type { ExportDependencies } from '../../../../core/billing/export/export-tenant.ts';
import type { Exporter } from '../../../../core/billing/export/exporter.ts';
import type { MarketplaceDimension } from '../../../../core/billing/export/marketplace/marketplace-connection.ts';
import { MarketplaceExporter } from '../../../../core/billing/export/marketplace/marketplace-exporter.ts';
import { MarketplaceStates } from '../../../../core/billing/export/marketplace/marketplace-states.ts';
import { OpenMeterExporter } from '../../../../core/billing/export/openmeter/openmeter-exporter.ts';
import { ExportLeases } from '../../../../core/billing/export/outbox/export-leases.ts';
import { ExportLinks } from '../../../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../../../core/billing/export/outbox/outbox.ts';
import { OutboxFollowers } from '../../../../core/billing/export/outbox/outbox-followers.ts';
import { runExports } from '../../../../core/billing/export/run-exports.ts';
import { closeHours } from '../../../../core/metering/close/close-hours.ts';
import type { RollupFollowers } from '../../../../core/metering/close/rollup-followers.ts';
import { RollupStore } from '../../../../core/metering/close/rollup-store.ts';
import { DynamoDBJournal } from '../../../../core/metering/dynamodb-journal.ts';
import { DynamoDBRollups } from '../../../../core/metering/dynamodb-rollups.ts';
import { hourEntries } from '../../../../core/metering/hour-entries.ts';
import { JournalReader } from '../../../../core/metering/journal-reader.ts';
import type { UsageEvent } from '../../../../core/metering/usage-event.ts';
import { FakeOpenMeter } from '../../../fakes/openmeter/fake-openmeter.ts';
import { usageEventOf } from '../../metering/usage-event-of.ts';

export const token = 'openmeter-token';

/** Exports over tables, to a fake OpenMeter, with a clock that stands still. */
export class ExportWorld {
  readonly clock = { now: new Date('2026-11-22T02:15:00Z') };
  readonly now = (): Date => this.clock.now;
  readonly fake = new FakeOpenMeter({ token, now: this.now });
  readonly client: DynamoDB;
  readonly journal: DynamoDBJournal;
  readonly links: ExportLinks;
  readonly outbox: Outbox;
  readonly errors: unknown[] = [];
  apiBase = '';

  constructor(client: DynamoDB) {
    this.client = client;
    this.journal = new DynamoDBJournal(client, 'usage', this.now);
    this.links = new ExportLinks(client, 'exports');
    this.outbox = new Outbox(client, 'exports');
  }

  async start(): Promise<this> {
    this.apiBase = await this.fake.start();
    return this;
  }

  /** So many tokens are used at each of these times of 2026-11-22, and what is over is closed, with the outbox following. */
  async used(tenant: string, tokens: Readonly<Record<string, number>>): Promise<void> {
    for (const [time, count] of Object.entries(tokens)) {
      await this.journal.append(usageEventOf(tenant, new Date(`2026-11-22T${time}:00Z`), { tokens: count }));
    }
    await this.close(tenant, new OutboxFollowers(this.links, 'exports'));
  }

  /** Takes an event out of what counts; its hour is to be closed anew. */
  async void(event: UsageEvent): Promise<void> {
    const { id } = usageEventOf(event.subject, this.now());
    const { specversion, source, subject, time } = event;
    const data = { event: event.id, reason: 'a test', actor: 'me' };
    await this.journal.void({ specversion, source, subject, time, id, type: 'maas.usage.voided.v1', data }, 1);
  }

  /** Closes what is over. Without followers, links bring the hours that are closed already. */
  async close(tenant: string, followers?: RollupFollowers): Promise<void> {
    const closers = {
      journal: new JournalReader(this.client, 'usage'),
      rollups: new RollupStore(this.client, 'rollups', followers),
      now: this.now,
    };
    const owner = { tenant, createdAt: '2026-11-22T00:30:00.000Z' };
    await closeHours(closers, [owner], {
      remainingMs: () => 1e6,
      onFailure: (_, error) => {
        throw error;
      },
    });
  }

  link(tenant: string, from = '2026-11-22T00'): Promise<void> {
    return this.links.put({ tenant, destination: 'openmeter', subject: `customer-${tenant}`, from }, this.now());
  }

  dependencies(client = this.client): ExportDependencies {
    return {
      outbox: new Outbox(client, 'exports'),
      links: new ExportLinks(client, 'exports'),
      leases: new ExportLeases(client, 'exports'),
      rollups: new DynamoDBRollups(client, 'rollups'),
      now: this.now,
      newId: randomUUID,
    };
  }

  exporter(client = this.client, fetched: typeof fetch = fetch): OpenMeterExporter {
    return new OpenMeterExporter({
      apiBase: this.apiBase,
      token,
      fetch: fetched,
      now: this.now,
      entries: (tenant, hour) => hourEntries(client, 'usage', { tenant }, hour),
    });
  }

  marketplaceExporter(client: MarketplaceMeteringClient, dimension: MarketplaceDimension): Exporter {
    return new MarketplaceExporter({
      dimensions: [dimension],
      states: new MarketplaceStates(this.client, 'exports'),
      outbox: this.outbox,
      client,
      rollups: this.dependencies().rollups,
      books: { all: async () => [] },
      now: this.now,
      log: () => undefined,
    }) as Exporter;
  }

  /** One run of the export, by a client that may be watched. */
  async run(client = this.client, fetched: typeof fetch = fetch, exporter: Exporter = this.exporter(client, fetched)) {
    const [report] = await runExports(this.dependencies(client), [exporter], {
      remainingMs: () => 1e6,
      onFailure: (_, __, error) => void this.errors.push(error),
    });
    if (report === undefined) throw new Error('no report');
    return report;
  }

  later(minutes: number): void {
    this.clock.now = new Date(this.clock.now.getTime() + minutes * 60_000);
  }
}
