import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type Stripe from 'stripe';
import type { Exporter } from '../../../../core/billing/export/exporter.ts';
import { LateRefusals } from '../../../../core/billing/export/outbox/late-refusals.ts';
import { ErrorReportNotes } from '../../../../core/billing/export/stripe/error-report-notes.ts';
import { stripeClient } from '../../../../core/billing/export/stripe/stripe-client.ts';
import type { StripeSettings } from '../../../../core/billing/export/stripe/stripe-connection.ts';
import { StripeExporter } from '../../../../core/billing/export/stripe/stripe-exporter.ts';
import { takeErrorReports } from '../../../../core/billing/export/stripe/take-error-reports.ts';
import { verifiedEvent } from '../../../../core/billing/export/stripe/verified-event.ts';
import { DynamoDBRollups } from '../../../../core/metering/dynamodb-rollups.ts';
import { type FakeStripe, fakeStripe } from '../../../fakes/stripe/fake-stripe.ts';
import type { Meter } from '../../../fakes/stripe/meter-ledger.ts';
import { ExportWorld } from './export-world.ts';

const meters: StripeSettings['meters'] = [
  { name: 'requests', unit: 'requests' },
  { name: 'tokens', unit: 'tokens' },
];
const day = { start_time: Date.parse('2026-11-22') / 1000, end_time: Date.parse('2026-11-23') / 1000 };

/** Exports over tables, to a fake Stripe that has two meters. */
export class StripeWorld {
  readonly world: ExportWorld;
  readonly stripe: FakeStripe;
  readonly sdk: Stripe;
  readonly #meters: readonly Meter[];
  /** Reports that were not taken whole, and why. */
  readonly failures: [eventId: string, message: string][] = [];

  /** By how much Stripe's clock is behind the platform's. */
  readonly behind: { ms: number };

  private constructor(world: ExportWorld, stripe: FakeStripe, behind: { ms: number }) {
    this.world = world;
    this.stripe = stripe;
    this.behind = behind;
    this.sdk = stripeClient(stripe.apiKey, stripe.url);
    this.#meters = meters.map(({ name }) => stripe.addMeter({ eventName: name, window: 'hour' }));
  }

  static async start(client: DynamoDB): Promise<StripeWorld> {
    const world = await new ExportWorld(client).start();
    const behind = { ms: 0 };
    const now = () => new Date(world.now().getTime() - behind.ms);
    return new StripeWorld(world, await fakeStripe({ now }), behind);
  }

  async stop(): Promise<void> {
    await this.stripe.close();
    await this.world.fake.stop();
  }

  link(tenant: string, customer: string, from = '2026-11-22T00'): Promise<void> {
    return this.world.links.put({ tenant, destination: 'stripe', customer, from }, this.world.now());
  }

  exporter(client = this.world.client, calls: Pick<Stripe, 'billing'> = this.sdk): Exporter {
    const rollups = new DynamoDBRollups(client, 'rollups');
    return new StripeExporter({ client: calls, meters, rollups, now: this.world.now }) as Exporter;
  }

  run() {
    return this.world.run(this.world.client, fetch, this.exporter());
  }

  /** The next run's calls are carried out, and none of them is answered: of both meters, and of the SDK's repetitions. */
  loseTheAnswers(): void {
    this.stripe.faults.push(...Array(4).fill('lose the answer'));
  }

  retry(tenant: string): Promise<number> {
    return this.world.outbox.retry(tenant, 'stripe', this.world.now());
  }

  meter(name: string): Meter {
    const found = this.#meters.find(({ eventName }) => eventName === name);
    if (found === undefined) throw new Error(`no meter ${name}`);
    return found;
  }

  /** Has Stripe report what does not count, as the webhook notes it. */
  async reported(): Promise<string[]> {
    const { now } = this.world;
    const ids = this.stripe.report().map(({ body, signature }) => {
      const event = verifiedEvent(Buffer.from(body), signature, this.stripe.webhookSecret, now());
      if (event === undefined) throw new Error('not verified');
      return event.id;
    });
    for (const id of ids) await this.noted(id);
    return ids;
  }

  noted(eventId: string): Promise<void> {
    return new ErrorReportNotes(this.world.client, 'exports').put(eventId, this.world.now());
  }

  take() {
    const { client, now } = this.world;
    return takeErrorReports({
      client: this.sdk,
      meters: meters.map(({ name }) => name),
      notes: new ErrorReportNotes(client, 'exports'),
      refusals: new LateRefusals(client, 'exports'),
      now,
      remainingMs: () => 900_000,
      onFailure: (id, error) => this.failures.push([id, String(error)]),
    });
  }

  /** What Stripe has of a meter for a customer, by hour of the day. */
  async held(customer: string, meter = 'tokens'): Promise<Readonly<Record<string, number>>> {
    const hours: Record<string, number> = {};
    for await (const { start_time, aggregated_value } of this.sdk.billing.meters.listEventSummaries(
      this.meter(meter).id,
      { ...day, customer, value_grouping_window: 'hour' },
    )) {
      if (aggregated_value !== 0) hours[new Date(start_time * 1000).toISOString().slice(11, 13)] = aggregated_value;
    }
    return hours;
  }
}
