import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { ExportLinks } from '../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import type { InvoiceSummary } from '../../core/billing/invoice/invoices.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { hourMs, usageHour } from '../../core/metering/usage-hour.ts';
import { billingAccess } from '../../functions/billing-access.ts';
import { euros } from './chaos-books.ts';
import { checkLedger } from './check-ledger.ts';
import type { CrashPoint, Executor, Outcome } from './executor.ts';
import { loseRollups } from './lose-rollups.ts';
import { MeteringWorld } from './metering-world.ts';
import type { Outside } from './outside.ts';
import type { Trouble } from './troubles.ts';

/** The Marketplace takes what is less than a day old; three hours of it are for the end. */
const livesMs = 15 * hourMs;
/** Later in a history records may be planned in hours that are older by the same time. */
const livesOnMs = 6 * hourMs;
/** So much later an hour is archived. */
const restMs = 50 * hourMs;
const month = '2026-11';
const roundsMax = 12;

/** One tenant's metering, and beside it the ledger, Stripe, the Marketplace, OpenMeter and invoices, which must come to the same. */
export class ExportingWorld extends MeteringWorld {
  readonly #outside: Outside;
  readonly #client: DynamoDB;
  readonly #customer: string;
  readonly #license: string;
  #livesTo: Date;
  #rested = false;

  /** @param start in the first days of November 2026 */
  constructor(outside: Outside, executor: Executor, client: DynamoDB, tenant: string, start: Date) {
    super(executor, client, tenant, start);
    this.#outside = outside;
    this.#client = client;
    this.#customer = `cus_${tenant.replaceAll('-', '')}`;
    this.#license = `arn:aws:license-manager::111122223333:license:l-${tenant}`;
    this.#livesTo = new Date(start.getTime() + livesMs);
  }

  /** The tenant is known to Stripe, the Marketplace and OpenMeter, with whom all is well. */
  async link(): Promise<void> {
    const { tenant } = this;
    const from = usageHour(this.createdAt);
    const links = new ExportLinks(this.#client, 'exports');
    this.#outside.recover();
    this.#outside.stripe.addCustomer(this.#customer);
    await links.put({ destination: 'stripe', tenant, from, customer: this.#customer }, this.now);
    const buyer = { account: '111122223333', license: this.#license };
    await links.put({ destination: 'marketplace', tenant, from, ...buyer }, this.now);
    await links.put({ destination: 'openmeter', tenant, from, subject: tenant }, this.now);
  }

  override pass(ms: number): void {
    super.pass(Math.min(ms, Math.max(this.#livesTo.getTime() - this.now.getTime(), 0)));
  }

  /** Something goes wrong with the next call of one of them that it can go wrong with. */
  async trouble(which: Trouble): Promise<void> {
    this.#outside.trouble(which);
  }

  /** When all has been told, days pass in which nothing happens; once. */
  async rest(): Promise<void> {
    if (this.#rested) return;
    this.#rested = true;
    await this.#tellAll();
    this.now = new Date(this.now.getTime() + restMs);
    // What is told next is told in hours about the newest that was used, and those before the rest are closed.
    await this.append(0, 'spam', 1);
    await this.#tellAll();
    this.#livesTo = new Date(this.now.getTime() + livesOnMs);
  }

  /** What is due is told to all of them by a process that may die. */
  async export(crash?: CrashPoint): Promise<void> {
    this.#outside.clock.now = this.now;
    await this.run({ kind: 'export', remotes: this.#outside.remotes, now: this.now.toISOString() }, crash);
  }

  /** What the month has come to so far becomes an invoice, made by a process that may die. */
  async finalize(crash?: CrashPoint): Promise<void> {
    await this.run({ kind: 'finalize', tenant: this.#billed, month, now: this.now.toISOString() }, crash);
  }

  /** Some invoice is voided by a process that may die, if it is the last one. */
  async voidInvoice(pick: number, crash?: CrashPoint): Promise<void> {
    const numbered = (await this.#invoices()).slice(1);
    const id = numbered[pick % Math.max(numbered.length, 1)]?.id;
    if (id === undefined) return;
    await this.run({ kind: 'void-invoice', tenant: this.#billed, invoice: id, now: this.now.toISOString() }, crash);
  }

  /** What is old enough goes into the ledger, carried there by a process that may die. */
  archive(crash?: CrashPoint): Promise<Outcome> {
    return this.#ledgered('archive', crash);
  }

  /** All rollups are made again from the ledger by a process that may die. */
  rebuild(crash?: CrashPoint): Promise<Outcome> {
    return this.#ledgered('rebuild', crash);
  }

  #ledgered(kind: 'archive' | 'rebuild', crash: CrashPoint | undefined): Promise<Outcome> {
    const { ledger } = this.#outside;
    return this.run({ kind, tenant: this.closing, ledger, now: this.now.toISOString() }, crash);
  }

  /** When all has been told: what was recorded is what all who were told have, and nothing else. */
  async checkTold(): Promise<void> {
    await this.checkRollups();
    await this.#tellAll();
    // The Marketplace takes nothing back: what was told and then voided is made up for by usage to come.
    const ahead = Math.max(
      this.#marketplace('items') - (await this.#items()),
      Math.ceil((this.#marketplace('usage_fee') - (await this.#cents())) / 100),
    );
    if (ahead > 0) {
      this.plan = 'pro';
      await this.append(0, 'spam', ahead);
      await this.#tellAll();
    }
    await this.finalize();
    await this.#compare();
  }

  /** When it has all, the ledger has what was recorded, and what came to it later. */
  async checkArchived(): Promise<void> {
    this.now = new Date(this.now.getTime() + restMs);
    await this.#archiveAll();
    // What comes to hours that are in the ledger follows them there.
    for (const pick of [1, 8]) await this.adjust(pick, 3);
    await this.#archiveAll();
    const { ledger } = this.#outside;
    await checkLedger(this.#client, ledger, this.closing, this.now);
  }

  /** When all is in the ledger and the rollups are lost, those made from it say the same to everybody, and go on behind what was told. */
  async checkRebuilt(): Promise<void> {
    await loseRollups(this.#client, this.tenant);
    await this.rebuild();
    await this.checkRollups();
    // More than was told before, so that all have to take it.
    for (const pick of [0, 7, 42]) await this.adjust(pick, 5);
    await this.#tellAll();
    await this.finalize();
    await this.#compare();
  }

  async #archiveAll(): Promise<void> {
    await this.closeAll();
    const archived = await this.archive();
    if (archived !== 'done') throw new Error(`the archive was ${archived}`);
  }

  async #compare(): Promise<void> {
    const counted = await this.counted();
    const items = await this.#items();
    const told = this.#openMeterEvents();
    const found: Record<string, [is: string | number, was: string | number]> = {
      'requests at Stripe': [await this.#stripe('requests'), counted.length],
      'items at Stripe': [await this.#stripe('items'), items],
      'items at the Marketplace': [this.#marketplace('items'), items],
      'cents at the Marketplace': [this.#marketplace('usage_fee'), await this.#cents()],
      'events at OpenMeter': [
        told.join(' '),
        counted
          .map(({ id }) => id)
          .sort()
          .join(' '),
      ],
      'items at OpenMeter': [this.#outside.openMeter.sum(this.tenant, 'items'), items],
      'cents on invoices': [await this.#invoiced(), await this.#cents()],
    };
    for (const [what, [is, was]] of Object.entries(found)) {
      if (is !== was) throw new Error(`there are ${is} ${what}; it was ${was}`);
    }
  }

  /** Closes all hours, and exports until nothing waits; leases of the dead end, and what failed is tried again. */
  async #tellAll(): Promise<void> {
    await this.closeAll();
    const outbox = new Outbox(this.#client, 'exports');
    this.#outside.recover();
    for (let round = 0; round < roundsMax; round += 1) {
      await this.export();
      const open = await outbox.open(this.tenant);
      if (open.length === 0) return;
      if (open.some(({ state }) => state === 'rejected')) throw new Error(`refused: ${JSON.stringify(open)}`);
      this.now = new Date(this.now.getTime() + hourMs / 4);
    }
    throw new Error(`still waiting: ${JSON.stringify(await outbox.open(this.tenant))}`);
  }

  async #items(): Promise<number> {
    return (await this.counted()).reduce((sum, { items }) => sum + items, 0);
  }

  async #cents(): Promise<number> {
    const counted = await this.counted();
    return counted.reduce((sum, { items, plan }) => sum + items * euros[plan] * 100, 0);
  }

  async #stripe(meter: 'requests' | 'items'): Promise<number> {
    return this.#outside.stripeTotal(meter, this.#customer);
  }

  #marketplace(dimension: string): number {
    const own = this.#outside
      .recorded()
      .filter((record) => record.license === this.#license && record.dimension === dimension);
    return own.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  /** Ids of the events that OpenMeter was told of and not told to be void, sorted. */
  #openMeterEvents(): readonly string[] {
    const requests = new Map<string, number>();
    for (const { id, subject, data } of this.#outside.openMeter.events) {
      if (subject !== this.tenant) continue;
      const [event = ''] = id.split('#');
      requests.set(event, (requests.get(event) ?? 0) + Number(data?.['requests']));
    }
    return [...requests].flatMap(([id, count]) => Array.from({ length: count }, () => id)).sort();
  }

  async #invoiced(): Promise<number> {
    const [draft, ...numbered] = await this.#invoices();
    if (Number(draft?.total) !== 0) throw new Error(`${draft?.total} are on no invoice`);
    const owed = numbered.filter(({ state }) => state === 'open');
    return owed.reduce((sum, { total }) => sum + Math.round(Number(total) * 100), 0);
  }

  #invoices(): Promise<readonly InvoiceSummary[]> {
    const now = () => this.now;
    const rollups = new RollupStore(this.#client, 'rollups');
    const { invoices } = billingAccess(this.#client, 'billing', { rollups, stage: 'chaos', now });
    return invoices.list(this.#billed);
  }

  get #billed() {
    const { tenant, plan } = this;
    return { ...this.closing, name: tenant, plan };
  }
}
