import { parsePriceBook } from '../../../core/billing/price-book/parse-price-book.ts';
import type { Charge, PriceBook } from '../../../core/billing/price-book/price-book.ts';
import type { PublishedPriceBook } from '../../../core/billing/price-book/published-price-book.ts';
import type { HourRollup, RollupReader, RollupRow } from '../../../core/metering/rollup.ts';

/** A price book in EUR from November 2026 on, in which requests to models that it does not name are free. */
export const priceBook = (change: Partial<Record<keyof PriceBook, unknown>> = {}): PriceBook => {
  const { prices = [], ...others } = change;
  return parsePriceBook({
    version: 'one',
    currency: 'EUR',
    validFrom: '2026-11-01T00:00:00Z',
    prices: [...(prices as unknown[]), { model: '*', unit: 'requests', charge: { kind: 'flat', price: '0' } }],
    ...others,
  });
};

/** The price of a model's items. */
export const itemPrice = (model: string, charge: Charge, included = 0) => ({ model, unit: 'items', included, charge });

export const published = (...books: PriceBook[]): readonly PublishedPriceBook[] =>
  books.map((book, index) => ({ book, publishedAt: new Date(index).toISOString(), sha256: 'a'.repeat(64) }));

const nothing = {
  requests: 0,
  items: 0,
  tokens: 0,
  images: 0,
  audioMs: 0,
  computeMs: 0,
  bytesIn: 0,
  bytesOut: 0,
};

export const row = ({
  units,
  ...change
}: Partial<Omit<RollupRow, 'units'>> & { units: Partial<RollupRow['units']> }): RollupRow => ({
  model: 'fashion',
  modelVersion: '1',
  keyId: 'K000000001',
  plan: 'pro',
  hardware: 'lambda-cpu',
  ...change,
  units: { ...nothing, ...units },
});

export const rollup = (hour: string, ...rows: RollupRow[]): HourRollup => ({
  tenant: 'acme',
  hour,
  version: 1,
  rows,
  events: rows.reduce((sum, { units }) => sum + units.requests, 0),
  idsSha256: 'b'.repeat(64),
  closedAt: '2026-12-01T00:00:00.000Z',
});

/** Closed hours that tests put there by hand. */
export class RollupsInMemory implements RollupReader {
  readonly hours: HourRollup[] = [];
  closedTo: string | undefined;

  async progress(): Promise<{ readonly closedTo?: string }> {
    return this.closedTo === undefined ? {} : { closedTo: this.closedTo };
  }

  async *rollups(tenant: string, from: Date, to: Date): AsyncIterable<HourRollup> {
    const begin = (hour: string): number => Date.parse(`${hour}:00:00Z`);
    yield* this.hours
      .filter((each) => each.tenant === tenant && begin(each.hour) >= from.getTime() && begin(each.hour) < to.getTime())
      .sort((a, b) => begin(a.hour) - begin(b.hour));
  }
}
