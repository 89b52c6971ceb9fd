import { ConflictError } from '../../api/maas-error.ts';
import type { RollupReader } from '../../metering/rollup.ts';
import { hourStart, nextHour } from '../../metering/usage-hour.ts';
import type { UsageRange } from '../../metering/usage-range.ts';
import { Currency } from '../money/currency.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { rate } from '../rating/rate.ts';
import { UsageByPrice } from '../rating/usage-by-price.ts';
import { billingMonth } from './billing-month.ts';

/** What usage costs so far. All amounts are decimal text in the currency; days are UTC. */
export interface Costs {
  readonly tenant: string;
  /** RFC 3339: the beginning of the first day. */
  readonly from: string;
  /** RFC 3339: the end of the last day. */
  readonly to: string;
  readonly currency: string;
  /** Of the rows, and so without commitment and minimum, which are the month's and not a day's. */
  readonly total: string;
  /** End of the last closed hour in the interval, RFC 3339; absent: there is none. Usage after it is not in here yet. */
  readonly until?: string;
  /** Sorted by day, model and unit. */
  readonly rows: readonly {
    readonly day: string;
    readonly model: string;
    readonly unit: string;
    readonly quantity: string;
    readonly amount: string;
  }[];
}

const dayMs = 86_400_000;
/**
 * Usage of closed hours, rated. The month is rated whole, since tiers count all of it, and each line's amount is then split over its days
 * and models by what they used: the days of a month add up to its invoice's usage lines, to the cent.
 *
 * @throws ConflictError when no price book was ever published
 */
export async function costs(
  tenant: string,
  range: UsageRange,
  {
    rollups,
    books,
    now,
  }: { readonly rollups: RollupReader; readonly books: readonly PublishedPriceBook[]; readonly now: Date },
): Promise<Costs> {
  // Whole days: a part of one would need another split of the same cents.
  const from = new Date(Math.floor(range.from.getTime() / dayMs) * dayMs);
  const to = new Date(Math.ceil(range.to.getTime() / dayMs) * dayMs);
  const [first] = books;
  if (first === undefined) throw new ConflictError('there are no prices yet: no price book has been published');
  const currency = new Currency(first.book.currency);
  const sums = new Map<string, { quantity: bigint; amount: bigint }>();
  let until: string | undefined;
  for (const month of monthsOf({ from, to }, now)) {
    const usage = new UsageByPrice(books, ({ model }, hour) => `${hour.slice(0, 10)} ${model}`);
    const inside = (day: string): boolean => day >= dayOf(from) && day < dayOf(to);
    for await (const rollup of rollups.rollups(tenant, month.from, month.to)) {
      usage.add(rollup);
      if (inside(rollup.hour.slice(0, 10))) until = hourStart(nextHour(rollup.hour)).toISOString();
    }
    for (const priced of usage.usage()) {
      for (const { label, quantity, amount } of rate(priced, currency).parts) {
        if (!inside(label.slice(0, 10))) continue;
        const key = `${label} ${priced.price.unit}`;
        const sum = sums.get(key) ?? { quantity: 0n, amount: 0n };
        sums.set(key, { quantity: sum.quantity + quantity, amount: sum.amount + amount });
      }
    }
  }
  const rows = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    tenant,
    from: from.toISOString(),
    to: to.toISOString(),
    currency: currency.code,
    total: currency.text(rows.reduce((total, [, { amount }]) => total + amount, 0n)),
    ...(until === undefined ? {} : { until }),
    rows: rows.map(([key, { quantity, amount }]) => {
      const [day = '', model = '', unit = ''] = key.split(' ');
      return { day, model, unit, quantity: String(quantity), amount: currency.text(amount) };
    }),
  };
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The calendar months that an interval touches and that have begun. */
function monthsOf({ from, to }: UsageRange, now: Date) {
  const months = [];
  const end = Math.min(to.getTime(), now.getTime());
  for (let at = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth())); at.getTime() < end; ) {
    const month = billingMonth(at.toISOString().slice(0, 7), now);
    months.push(month);
    at = month.to;
  }
  return months;
}
