import type Stripe from 'stripe';
import type { RollupReader, RollupRow } from '../../../metering/rollup.ts';
import { hourMs, hourStart } from '../../../metering/usage-hour.ts';
import type { Addressees } from '../addressees.ts';
import type { Exporter, ExportOutcome } from '../exporter.ts';
import { meterQuantity } from '../meter.ts';
import type { OutboxRow } from '../outbox-row.ts';
import type { TenantLink } from '../tenant-link.ts';
import { eventIdentifier } from './event-identifier.ts';
import { eventSeconds } from './event-seconds.ts';
import { requireMeters } from './require-meters.ts';
import { stripeCallMsMax } from './stripe-client.ts';
import type { StripeSettings } from './stripe-connection.ts';
import { stripeFailure } from './stripe-failure.ts';

/** Stripe takes what is up to 35 days old. A day less, so that clocks and calendars need not agree. */
const ageMsMax = 34 * 24 * hourMs;
/** Stripe takes what is up to five minutes ahead. */
const aheadMsMax = 4 * 60_000;
/** Stripe takes one call at a time for a customer and a meter, and 1,000 a second in all. */
const callsAtOnce = 10;

type StripeLink = Extract<TenantLink, { destination: 'stripe' }>;

/** What a `StripeExporter` works with. */
export interface StripeExporterDependencies {
  readonly client: Pick<Stripe, 'billing'>;
  readonly meters: StripeSettings['meters'];
  readonly rollups: RollupReader;
  readonly now: () => Date;
}

/**
 * Tells Stripe's meters what tenants used: for each hour and meter the whole quantity of the hour, anew with each version of the hour.
 * The meters have an hour window, in which the latest event counts; so saying something twice changes nothing, and late usage and voids
 * need nothing of their own.
 *
 * @see https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api
 */
export class StripeExporter implements Exporter<'stripe'> {
  readonly destination = 'stripe';
  readonly #client: Pick<Stripe, 'billing'>;
  readonly #meters: StripeSettings['meters'];
  readonly #rollups: RollupReader;
  readonly #now: () => Date;
  #checked: Promise<void> | undefined;

  constructor({ client, meters, rollups, now }: StripeExporterDependencies) {
    this.#client = client;
    this.#meters = meters;
    this.#rollups = rollups;
    this.#now = now;
  }

  async deliver(
    link: StripeLink,
    rows: readonly OutboxRow[],
    remainingMs: () => number,
    addressees: Addressees,
  ): Promise<readonly ExportOutcome[]> {
    await this.#metersChecked();
    const outcomes: ExportOutcome[] = [];
    let stopped: ExportOutcome | undefined;
    for (const row of rows) {
      if (stopped === undefined && remainingMs() < stripeCallMsMax) {
        stopped = { kind: 'later', reason: 'there was no time left' };
      }
      const outcome = stopped ?? (await this.#deliverRow(link, row, addressees));
      // Whatever keeps Stripe from taking this row now, the next would meet it too.
      if (outcome.kind === 'later') stopped = outcome;
      outcomes.push(outcome);
    }
    return outcomes;
  }

  async #metersChecked(): Promise<void> {
    this.#checked ??= requireMeters(this.#client, this.#meters);
    try {
      await this.#checked;
    } catch (error) {
      this.#checked = undefined;
      throw error;
    }
  }

  async #deliverRow(link: StripeLink, row: OutboxRow, addressees: Addressees): Promise<ExportOutcome> {
    const { tenant, hour } = row;
    const start = hourStart(hour);
    const rollup = await newest(this.#rollups.rollups(tenant, start, new Date(start.getTime() + hourMs)));
    if (rollup === undefined) return { kind: 'rejected', reason: 'the usage of this hour is not there any more' };
    // A version that came after the row was read: the row will wait again for that one, and find it delivered.
    const told = { ...row, version: rollup.version };
    const quantities = this.#quantities(told, rollup.rows);
    if (quantities.length === 0) return { kind: 'delivered' };
    const nowMs = this.#now().getTime();
    const timestampMs = eventSeconds(hour, told.version) * 1000;
    if (timestampMs < nowMs - ageMsMax) {
      return { kind: 'rejected', reason: 'older than the 35 days that Stripe looks back: charge it by hand' };
    }
    if (timestampMs > nowMs + aheadMsMax) {
      return { kind: 'later', reason: 'so many versions of this hour that Stripe takes the newest only later' };
    }
    // Before it is told: whoever dies after that leaves an hour that Stripe may count for this customer.
    const customer = await addressees.tellTo(row, link.customer, this.#now());
    if (customer === undefined) return { kind: 'later', reason: 'the hour was just about to change' };
    const events = quantities.map((quantity) => meterEvent(told, customer, quantity));
    const outcomes: ExportOutcome[] = [];
    for (let first = 0; first < events.length; first += callsAtOnce) {
      const batch = events.slice(first, first + callsAtOnce).map((event) => this.#send(event));
      for (const settled of await Promise.allSettled(batch)) {
        // Only now that no call is under way any more, since the lease ends with this.
        if (settled.status === 'rejected') throw settled.reason;
        outcomes.push(settled.value);
      }
    }
    if (row.toldTo === undefined && outcomes.every(({ kind }) => kind === 'rejected')) await addressees.toldNobody(row);
    return (
      outcomes.find(({ kind }) => kind === 'later') ??
      outcomes.find(({ kind }) => kind === 'rejected') ?? { kind: 'delivered' }
    );
  }

  #quantities({ version }: OutboxRow, rows: readonly RollupRow[]): readonly MeterQuantity[] {
    return (
      this.#meters
        .map((meter) => ({ name: meter.name, value: meterQuantity(rows, meter) }))
        // Nothing was said about this hour before, so there is no need to say that it was nothing.
        .filter(({ value }) => value > 0n || version > 1)
    );
  }

  async #send(event: Stripe.Billing.MeterEventCreateParams): Promise<ExportOutcome> {
    try {
      await this.#client.billing.meterEvents.create(event);
      return { kind: 'delivered' };
    } catch (error) {
      return stripeFailure(error);
    }
  }
}

interface MeterQuantity {
  readonly name: string;
  readonly value: bigint;
}

const meterEvent = (
  row: OutboxRow,
  customer: string,
  { name, value }: MeterQuantity,
): Stripe.Billing.MeterEventCreateParams => ({
  event_name: name,
  identifier: eventIdentifier(row, customer, name),
  timestamp: eventSeconds(row.hour, row.version),
  payload: { stripe_customer_id: customer, value: String(value) },
});

async function newest<Rollup>(rollups: AsyncIterable<Rollup>): Promise<Rollup | undefined> {
  for await (const rollup of rollups) return rollup;
  return undefined;
}
