import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { ExportLinks } from '../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { hourMs } from '../../core/metering/usage-hour.ts';
import { billingAccess } from '../../functions/billing-access.ts';
import type { CrashPoint, Executor } from './executor.ts';
import { MeteringWorld } from './metering-world.ts';
import type { Outside } from './outside.ts';

/** The Marketplace takes what is less than a day old; three hours of it are for the end. */
const livesMs = 15 * hourMs;
const month = '2026-11';
const roundsMax = 12;

/** One tenant's metering, and beside it Stripe, the Marketplace and invoices, which must come to the same. */
export class ExportingWorld extends MeteringWorld {
  readonly #outside: Outside;
  readonly #executor: Executor;
  readonly #client: DynamoDB;
  readonly #customer: string;
  readonly #license: string;

  constructor(outside: Outside, executor: Executor, client: DynamoDB, tenant: string, start: Date) {
    super(executor, client, tenant, start);
    this.#outside = outside;
    this.#executor = executor;
    this.#client = client;
    this.#customer = `cus_${tenant.replaceAll('-', '')}`;
    this.#license = `arn:aws:license-manager::111122223333:license:l-${tenant}`;
  }

  /** The tenant is known to Stripe and the Marketplace. */
  async link(): Promise<void> {
    const { tenant } = this;
    const from = '2026-11-22T00';
    const links = new ExportLinks(this.#client, 'exports');
    this.#outside.stripe.addCustomer(this.#customer);
    await links.put({ destination: 'stripe', tenant, from, customer: this.#customer }, this.now);
    const buyer = { account: '111122223333', license: this.#license };
    await links.put({ destination: 'marketplace', tenant, from, ...buyer }, this.now);
  }

  override pass(ms: number): void {
    super.pass(Math.min(ms, Math.max(this.createdAt.getTime() + livesMs - this.now.getTime(), 0)));
  }

  /** What is due is told to Stripe and the Marketplace by a process that may die. */
  async export(crash?: CrashPoint): Promise<void> {
    this.#outside.clock.now = this.now;
    await this.#executor.run({ kind: 'export', remotes: this.#outside.remotes, now: this.now.toISOString() }, crash);
  }

  /** What the month has come to so far becomes an invoice, made by a process that may die. */
  async finalize(crash?: CrashPoint): Promise<void> {
    const { tenant, createdAt } = this;
    const billed = { tenant, name: tenant, plan: 'pro', createdAt: createdAt.toISOString() };
    await this.#executor.run({ kind: 'finalize', tenant: billed, month, now: this.now.toISOString() }, crash);
  }

  /** When all has been told: what was recorded is what Stripe, the Marketplace and the invoices have, and nothing else. */
  async checkAll(): Promise<void> {
    await this.checkRollups();
    await this.#settle();
    // The Marketplace takes nothing back: what was told and then voided is made up for by usage to come.
    const ahead = this.#marketplace('items') - (await this.#items());
    if (ahead > 0) {
      await this.append(0, 'spam', ahead);
      await this.checkRollups();
      await this.#settle();
    }
    await this.finalize();
    const items = await this.#items();
    const found = {
      'requests at Stripe': [await this.#stripe('requests'), (await this.counted()).length],
      'items at Stripe': [await this.#stripe('items'), items],
      'items at the Marketplace': [this.#marketplace('items'), items],
      'cents at the Marketplace': [this.#marketplace('usage_fee'), items * 100],
      'euros on invoices': [await this.#invoiced(), items],
    };
    for (const [what, [is, was]] of Object.entries(found)) {
      if (is !== was) throw new Error(`there are ${is} ${what}; it was ${was}`);
    }
  }

  /** Exports until nothing waits; leases of the dead end, and what failed is tried again. */
  async #settle(): Promise<void> {
    const outbox = new Outbox(this.#client, 'exports');
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
    return (await this.counted()).reduce((sum, { data }) => sum + data.units.items, 0);
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

  async #invoiced(): Promise<number> {
    const now = () => this.now;
    const rollups = new RollupStore(this.#client, 'rollups');
    const { invoices } = billingAccess(this.#client, 'billing', { rollups, stage: 'chaos', now });
    const { tenant, createdAt } = this;
    const all = await invoices.list({ tenant, name: tenant, plan: 'pro', createdAt: createdAt.toISOString() });
    const [draft, ...numbered] = all;
    if (Number(draft?.total) !== 0) throw new Error(`${draft?.total} are on no invoice`);
    return numbered.reduce((sum, { total }) => sum + Number(total), 0);
  }
}
