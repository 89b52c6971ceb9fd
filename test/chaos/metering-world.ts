import { createHash } from 'node:crypto';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { ClosingTenant } from '../../core/metering/close/close-tenant.ts';
import { rebuildHours } from '../../core/metering/close/rebuild-hours.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { eventTime } from '../../core/metering/event-time.ts';
import { JournalReader } from '../../core/metering/journal-reader.ts';
import type { HourRollup } from '../../core/metering/rollup.ts';
import type { UsageEvent } from '../../core/metering/usage-event.ts';
import { hourMs, usageHour } from '../../core/metering/usage-hour.ts';
import { UsageReader } from '../../core/metering/usage-reader.ts';
import type { UsageReport } from '../../core/metering/usage-report.ts';
import { UsageSource } from '../../core/metering/usage-source.ts';
import { usageEventOf } from '../core/metering/usage-event-of.ts';
import type { euros } from './chaos-books.ts';
import type { CrashPoint, Executor, Outcome } from './executor.ts';
import type { Order } from './order.ts';

const forever = (): number => 1e9;

type Plan = keyof typeof euros;

/** An event that counts, for as many items as it was adjusted to. */
export interface CountedItems {
  readonly id: string;
  readonly plan: Plan;
  readonly items: number;
}

/**
 * One tenant's metering over a real DynamoDB, and beside it what must come of it: the events that a client was told are recorded, without
 * those that an operator was told are void, and as operators were told that they are adjusted. What was begun and died may be either.
 */
export class MeteringWorld {
  readonly tenant: string;
  readonly createdAt: Date;
  readonly acknowledged = new Map<string, UsageEvent>();
  readonly voided = new Set<string>();
  /** Begun, and not answered. */
  readonly unknown = new Map<string, UsageEvent>();
  readonly unknownVoids = new Set<string>();
  /** By how many items events were adjusted, by the reason that was given; `certain` when an operator was told so. */
  readonly adjustments = new Map<string, { readonly event: string; readonly items: number; certain: boolean }>();
  /** Acknowledged, and still in the queue beside the journal. */
  readonly spilled = new Map<string, UsageEvent>();
  readonly #executor: Executor;
  readonly #client: DynamoDB;
  #corrections = 0;
  now: Date;
  plan: Plan = 'pro';

  constructor(executor: Executor, client: DynamoDB, tenant: string, start: Date) {
    this.#executor = executor;
    this.#client = client;
    this.tenant = tenant;
    this.createdAt = start;
    this.now = start;
  }

  /** An event minted `ageMs` ago is recorded by a process that may die. */
  async append(ageMs: number, model: string, items: number, crash?: CrashPoint): Promise<void> {
    await this.#appendAgain(this.#event(ageMs, model, items), crash);
  }

  /** The journal takes an event no more, and the queue does: its client is told that it is recorded. */
  async spill(ageMs: number, model: string, items: number): Promise<void> {
    const event = this.#event(ageMs, model, items);
    this.spilled.set(event.id, event);
  }

  #event(ageMs: number, model: string, items: number): UsageEvent {
    const minted = new Date(Math.max(this.now.getTime() - ageMs, this.createdAt.getTime()));
    const event = usageEventOf(this.tenant, minted, { model, keyId: `K${items % 3}`, items });
    return { ...event, data: { ...event.data, plan: this.plan } };
  }

  /** What waits in the queue is put into the journal by a process that may die; then all of it comes again. */
  async drain(crash?: CrashPoint): Promise<void> {
    const events = [...this.spilled.values()];
    const messages = events.map((event) => ({ messageId: event.id, body: JSON.stringify({ event, shards: 1 }) }));
    for (const event of events) this.unknown.set(event.id, event);
    if ((await this.run({ kind: 'drain', messages, now: this.now.toISOString() }, crash)) !== 'done') return;
    for (const event of events) {
      this.spilled.delete(event.id);
      this.unknown.delete(event.id);
      this.acknowledged.set(event.id, event);
    }
  }

  pass(ms: number): void {
    this.now = new Date(this.now.getTime() + ms);
  }

  /** Some event is recorded once more. */
  async repeat(pick: number): Promise<void> {
    const known = [...this.acknowledged.values(), ...this.unknown.values()];
    const event = known[pick % Math.max(known.length, 1)];
    if (event !== undefined) await this.#appendAgain(event);
  }

  async #appendAgain(event: UsageEvent, crash?: CrashPoint): Promise<void> {
    this.unknown.set(event.id, event);
    if ((await this.run({ kind: 'append', event, now: this.now.toISOString() }, crash)) !== 'done') return;
    this.acknowledged.set(event.id, event);
    this.unknown.delete(event.id);
  }

  async void(pick: number, crash?: CrashPoint): Promise<void> {
    const id = this.#picked(pick);
    if (id === undefined) return;
    this.unknownVoids.add(id);
    const order: Order = { kind: 'void', tenant: this.tenant, event: id, now: this.now.toISOString() };
    if ((await this.run(order, crash)) === 'done') this.voided.add(id);
  }

  /** Some event counts so many items more from now on, or less. */
  async adjust(pick: number, items: number, crash?: CrashPoint): Promise<void> {
    const event = this.#picked(pick);
    if (event === undefined) return;
    this.#corrections += 1;
    const reason = `correction ${this.#corrections}`;
    const adjustment = { event, items, certain: false };
    this.adjustments.set(reason, adjustment);
    const order: Order = { kind: 'adjust', tenant: this.tenant, event, items, reason, now: this.now.toISOString() };
    const outcome = await this.run(order, crash);
    if (outcome === 'refused') this.adjustments.delete(reason);
    adjustment.certain = outcome === 'done';
  }

  #picked(pick: number): string | undefined {
    return [...this.acknowledged.keys()][pick % Math.max(this.acknowledged.size, 1)];
  }

  async close(openHours: boolean, crash?: CrashPoint): Promise<void> {
    const tenant = this.closing;
    await this.run({ kind: 'close', tenant, openHours, now: this.now.toISOString() }, crash);
  }

  /** What the tenant is told that it used, closed or not, must be what was acknowledged, at any moment. */
  async checkUsage(): Promise<void> {
    const journal = new JournalReader(this.#client, 'usage');
    const rollups = new RollupStore(this.#client, 'rollups');
    const reader = new UsageReader(new UsageSource({ journal, rollups, now: () => this.now }));
    const owner = this.closing;
    const range = { from: this.createdAt, to: new Date(this.now.getTime() + 1) };
    const report = (await reader.usage(owner, range, forever)) as UsageReport;
    const counted = await this.counted();
    const items = counted.reduce((sum, event) => sum + event.items, 0);
    if (report.totals.requests !== counted.length || report.totals.items !== items) {
      throw new Error(
        `usage says ${report.totals.requests} requests of ${report.totals.items} items; it was ${counted.length} of ${items}`,
      );
    }
  }

  /** What waits in the queue comes, and all is closed. */
  async closeAll(): Promise<void> {
    await this.drain();
    this.now = new Date(this.now.getTime() + 3 * hourMs);
    await this.close(false);
  }

  /** When all has been closed, each hour's rollup is that of its events, whatever happened before, and a rebuild finds nothing. */
  async checkRollups(): Promise<void> {
    await this.closeAll();
    await this.checkUsage();
    const rollups = new Map<string, HourRollup>();
    const store = new RollupStore(this.#client, 'rollups');
    const from = new Date(this.createdAt.getTime() - hourMs);
    for await (const rollup of store.rollups(this.tenant, from, this.now)) {
      if (rollup.open === true) throw new Error(`${rollup.hour} is still open`);
      if (rollups.has(rollup.hour)) throw new Error(`${rollup.hour} came twice`);
      rollups.set(rollup.hour, rollup);
    }
    const byHour = Map.groupBy(await this.counted(), ({ id }) => usageHour(eventTime(id)));
    for (const hour of new Set([...byHour.keys(), ...rollups.keys()])) {
      const events = byHour.get(hour) ?? [];
      const ids = events.map(({ id }) => `${id}\n`).sort((a, b) => (a < b ? -1 : 1));
      const idsSha256 = createHash('sha256').update(ids.join('')).digest('hex');
      const rollup = rollups.get(hour);
      if (rollup?.events !== events.length || rollup.idsSha256 !== idsSha256) {
        throw new Error(`the rollup of ${hour} has ${rollup?.events} events; there were ${events.length}`);
      }
      const sum = rollup.rows.reduce((total, { units }) => total + units.items, 0);
      if (sum !== events.reduce((total, { items }) => total + items, 0)) throw new Error(`${hour} sums up wrongly`);
    }
    const owner = this.closing;
    const closers = { journal: new JournalReader(this.#client, 'usage'), rollups: store, now: () => this.now };
    const rebuilt = await rebuildHours(closers, owner, undefined, forever);
    if (rebuilt.differences.length > 0) throw new Error(`a rebuild found ${JSON.stringify(rebuilt.differences)}`);
  }

  /** What counts: told by the journal itself only of what nobody was told. */
  async counted(): Promise<CountedItems[]> {
    const reader = new JournalReader(this.#client, 'usage');
    const counted: CountedItems[] = [];
    // An event may be in both: one that was acknowledged, and whose repeat was not.
    for (const [id, event] of new Map([...this.acknowledged, ...this.unknown])) {
      if (this.voided.has(id)) continue;
      const adjustments = [...this.adjustments].filter(([, { event: of }]) => of === id);
      const certain = this.acknowledged.has(id) && !this.unknownVoids.has(id);
      const found =
        certain && adjustments.every(([, each]) => each.certain)
          ? { event, adjustments: [] }
          : await reader.find(this, id);
      if (found === undefined || 'voided' in found) continue;
      const reasons = new Set(found.adjustments.map(({ data }) => data.reason));
      const items = adjustments
        .filter(([reason, each]) => each.certain || reasons.has(reason))
        .reduce((sum, [, each]) => sum + each.items, event.data.units.items);
      counted.push({ id, plan: event.data.plan as Plan, items });
    }
    return counted;
  }

  /** The tenant, as those who close its hours know it. */
  protected get closing(): ClosingTenant {
    return { tenant: this.tenant, createdAt: this.createdAt.toISOString() };
  }

  /** Has an order carried out by a process that may die. */
  protected run(order: Order, crash: CrashPoint | undefined): Promise<Outcome> {
    return this.#executor.run(order, crash);
  }
}
