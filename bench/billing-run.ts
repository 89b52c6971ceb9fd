import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { closeHours } from '../core/metering/close/close-hours.ts';
import { billingAccess } from '../functions/billing-access.ts';
import { usageAccess } from '../functions/usage-access.ts';
import { itemPrice, priceBook } from '../test/core/billing/books.ts';
import { billedTenant } from './billed-tenant.ts';

/** What the process is to do, and where. */
export interface BillingOrder {
  readonly access: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: {
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    };
  };
  readonly tenants: number;
}

/** What it took. */
export interface BillingCosts {
  readonly closeMs: number;
  readonly invoiceMs: number;
  /** Of the whole process, whatever it held, in bytes. */
  readonly peakRssBytes: number;
  /** On all invoices together. */
  readonly items: number;
}

/** Between two looks at how far it is. */
const tenantsAtOnce = 500;
/** Few: the next number of the stage goes to one of them, and the others try again. */
const invoicesAtOnce = 4;
const month = '2026-11';
/** A quarter past the month's end: its last hour may be closed, and with it the month. */
const now = (): Date => new Date('2026-12-01T00:15:00.000Z');

const { tenants: count, access } = JSON.parse(process.argv[2] ?? '') as BillingOrder;
const client = new DynamoDB(access);
const tenants = Array.from({ length: count }, (_, index) => billedTenant(index));
const { journal, rollups } = usageAccess(client, { usage: 'usage', rollups: 'rollups' }, now);
const { invoices, prices } = billingAccess(client, 'billing', { rollups, stage: 'bench', now });
await prices.publish(priceBook({ prices: [itemPrice('*', { kind: 'flat', price: '0.001' })] }));

let last = 0;
/** On standard error, every few seconds. */
const progress = (what: string, done: number): void => {
  if (performance.now() - last < 5000) return;
  last = performance.now();
  console.error(`${what}: ${done} of ${count}`);
};

const begun = performance.now();
for (let from = 0; from < count; from += tenantsAtOnce) {
  const some = tenants.slice(from, from + tenantsAtOnce);
  const report = await closeHours({ journal, rollups, now }, some, {
    remainingMs: () => Number.POSITIVE_INFINITY,
    onFailure: (_, error) => console.error(error),
  });
  if (report.written !== some.length) throw new Error(`closed ${report.written} hours of ${some.length} tenants`);
  progress('tenants closed', from + some.length);
}
const closed = performance.now();

let items = 0;
let done = 0;
const queue = tenants.values();
const work = async (): Promise<void> => {
  for (const tenant of queue) {
    const draft = await invoices.show(tenant, month);
    const invoice = await invoices.finalize(tenant, month, false);
    if (draft.total !== invoice.total) throw new Error(`the draft said ${draft.total}, the invoice ${invoice.total}`);
    for (const { usage } of invoice.lines) if (usage?.unit === 'items') items += Number(usage.quantity);
    done += 1;
    progress('invoices', done);
  }
};
await Promise.all(Array.from({ length: invoicesAtOnce }, work));
const ended = performance.now();

process.send?.({
  closeMs: closed - begun,
  invoiceMs: ended - closed,
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
  items,
} satisfies BillingCosts);
client.destroy();
process.disconnect?.();
