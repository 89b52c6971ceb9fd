import { createHash } from 'node:crypto';
import { ConflictError } from '../../api/maas-error.ts';
import type { RollupReader } from '../../metering/rollup.ts';
import { hourMs, hourStart, nextHour } from '../../metering/usage-hour.ts';
import { Currency } from '../money/currency.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { termsOf } from '../rating/terms-of.ts';
import { UsageByPrice } from '../rating/usage-by-price.ts';
import type { BillingMonth } from './billing-month.ts';
import type { InvoiceContent } from './invoice.ts';
import { type EarlierInvoice, linesSince } from './lines-since.ts';
import type { Seller } from './seller.ts';
import { termsLines } from './terms-lines.ts';
import { labelSeparator, usageLine } from './usage-line.ts';

interface Billed {
  readonly tenant: string;
  readonly name: string;
  readonly plan: string;
  readonly createdAt: string;
}

/**
 * What an invoice of the month would say now: the closed hours, rated, and the terms of the tenant's plan in the newest book of the
 * month, without what earlier invoices of the month have said. The same hours, books and invoices give the same content.
 *
 * @throws ConflictError when no price book was ever published
 */
export async function draftContent(
  { tenant, name, plan, createdAt }: Billed,
  { month, from, to }: BillingMonth,
  earlier: readonly EarlierInvoice[],
  {
    rollups,
    books,
    seller,
    now,
  }: {
    readonly rollups: RollupReader;
    readonly books: readonly PublishedPriceBook[];
    readonly seller?: Seller | undefined;
    readonly now: Date;
  },
): Promise<Omit<InvoiceContent, 'prepaid'>> {
  const [first] = books;
  if (first === undefined) throw new ConflictError('there are no prices yet: no price book has been published');
  const currency = new Currency(first.book.currency);
  const usage = new UsageByPrice(books, ({ model, hardware }) => `${model}${labelSeparator}${hardware}`);
  const digest = createHash('sha256');
  let hours = 0;
  let openHours = 0;
  let events = 0;
  let until: string | undefined;
  for await (const rollup of rollups.rollups(tenant, from, to)) {
    usage.add(rollup);
    digest.update(`${rollup.hour} ${rollup.version} ${rollup.events} ${rollup.idsSha256}\n`);
    hours += 1;
    if (rollup.open === true) openHours += 1;
    events += rollup.events;
    until = hourStart(nextHour(rollup.hour)).toISOString();
  }
  const usageLines = usage.usage().map((each) => usageLine(each, currency));
  const sum = usageLines.reduce((total, { amount }) => total + currency.minor(amount), 0n);
  const lastHour = new Date(Math.min(to.getTime() - hourMs, now.getTime()));
  const whole = [
    ...usageLines,
    // A tenant that was not there yet owes nothing for the month.
    ...(Date.parse(createdAt) < to.getTime() ? termsLines(termsOf(books, plan, lastHour), sum, currency) : []),
  ];
  const lines = linesSince(whole, earlier, currency);
  return {
    ...(seller === undefined ? {} : { seller }),
    tenant,
    name,
    plan,
    month,
    from: from.toISOString(),
    to: to.toISOString(),
    currency: currency.code,
    lines,
    total: currency.text(lines.reduce((total, { amount }) => total + currency.minor(amount), 0n)),
    unpricedRequests: String(usage.unpricedRequests),
    evidence: { hours, openHours, events, ...(until === undefined ? {} : { until }), sha256: digest.digest('hex') },
  };
}
