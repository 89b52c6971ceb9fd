import type { RollupReader } from '../../metering/rollup.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { UsageByPrice } from '../rating/usage-by-price.ts';
import type { BillingMonth } from './billing-month.ts';

/** What a line counted in one closed hour, by key. */
export interface LineHour {
  /** `2026-11-22T01` */
  readonly hour: string;
  readonly quantity: string;
  readonly byKey: readonly { readonly keyId: string; readonly quantity: string }[];
  /** Of the closed hour that this was read from. */
  readonly version: number;
  readonly closedAt: string;
}

/** The hours behind a line, oldest first. */
export async function lineHours(
  tenant: string,
  { from, to }: Pick<BillingMonth, 'from' | 'to'>,
  key: string,
  rollups: RollupReader,
  books: readonly PublishedPriceBook[],
): Promise<readonly LineHour[]> {
  const hours: LineHour[] = [];
  for await (const rollup of rollups.rollups(tenant, from, to)) {
    const usage = new UsageByPrice(books, ({ keyId }) => keyId);
    usage.add(rollup);
    const byKey = [...(usage.usage().find((each) => each.key === key)?.quantities ?? [])].sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    if (byKey.length === 0) continue;
    hours.push({
      hour: rollup.hour,
      quantity: String(byKey.reduce((sum, [, quantity]) => sum + quantity, 0n)),
      byKey: byKey.map(([keyId, quantity]) => ({ keyId, quantity: String(quantity) })),
      version: rollup.version,
      closedAt: rollup.closedAt,
    });
  }
  return hours;
}
