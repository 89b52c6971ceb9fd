import { Currency } from '../../billing/money/currency.ts';
import type { PublishedPriceBook } from '../../billing/price-book/published-price-book.ts';
import { termsOf } from '../../billing/rating/terms-of.ts';
import { eventTime } from '../../metering/event-time.ts';
import type { RollupRow } from '../../metering/rollup.ts';
import type { UsageEvent } from '../../metering/usage-event.ts';
import { usageHour } from '../../metering/usage-hour.ts';
import type { Month } from '../month.ts';
import type { MonthState } from '../month-state.ts';
import type { CachedPriceBooks } from './cached-price-books.ts';
import { heldOf } from './held-of.ts';
import { MonthRating, type PriceQuantities } from './month-rating.ts';
import { spendBounds } from './spend-bounds.ts';
import type { SpendLimit } from './spend-limit.ts';

/** Tenants whose bounds are remembered at once, and models whose answers are. */
const keptMax = 1000;

/** How far a tenant's quantities may go, whatever others do at the same moment. */
export interface SpendRoom {
  /** Good as long as the month's item has this generation … */
  readonly generation: number;
  /** … and, for those who have to ask for it, this revision. */
  readonly revision: number;
  readonly bounds: PriceQuantities;
  /** Prices of the request that nothing was used at before. */
  readonly joining: ReadonlySet<string>;
}

/** What a request has to do with the spend limit of its tenant. */
export interface RequestSpend {
  readonly limit: SpendLimit;
  readonly rating: MonthRating;
  /** What it will have used at each price, as far as can be told before it runs. */
  readonly wanted: PriceQuantities;
  /** What this process remembers of the room there is; undefined when it is nothing that helps this request. */
  room(): SpendRoom | undefined;
  /** The room by a state that was read; undefined when the request does not fit into it. */
  roomIn(state: MonthState): SpendRoom | undefined;
  /** What it has used. */
  actual(event: UsageEvent): PriceQuantities;
}

/** What an answer of a model took that nobody knows before. */
interface Seen {
  readonly items: number;
  readonly computeMs: number;
  readonly bytesOut: number;
}

/** No request takes longer than functions are given for one, whatever its size. */
const computeMsMax = 26_000;
/** What Lambda can return; only an answer that is compressed on its way can have been longer. */
const bytesOutMax = 6_291_456;

/**
 * Spending, as one process sees it: price books, which it reads when it meets the first tenant with a spend limit, the room that its last
 * requests found, and what answers took.
 */
export class Spending {
  readonly #books: Pick<CachedPriceBooks, 'all'>;
  readonly #rooms = new Map<string, { readonly basis: string; readonly room: SpendRoom }>();
  readonly #seen = new Map<string, Seen>();

  constructor(books: Pick<CachedPriceBooks, 'all'>) {
    this.#books = books;
  }

  /**
   * @param newest version of the newest price book, as far as anybody here knows
   * @throws when the price books cannot be read
   */
  async of(
    tenant: string,
    use: RollupRow,
    limit: SpendLimit,
    month: Month,
    now: Date,
    newest = use.priceBook,
  ): Promise<RequestSpend> {
    const books = await this.#books.all(newest);
    const hour = usageHour(now);
    const rating = ratingOf(books, limit, use.plan, now);
    const wanted = rating.quantities([{ hour, rows: [this.#expected(tenant, use)] }]);
    // What decides about the room beside the state of the month: terms may change with the hour.
    const basis = [month.name, limit.minor, use.plan, hour, books.length].join('/');
    return {
      limit,
      rating,
      wanted,
      room: () => {
        const kept = this.#rooms.get(tenant);
        if (kept === undefined || kept.basis !== basis) return undefined;
        return [...wanted.keys()].every((key) => kept.room.bounds.has(key)) ? kept.room : undefined;
      },
      roomIn: ({ spending, reservations }) => {
        if (spending === undefined) return undefined;
        const { prices: used, generation, revision } = spending;
        const bounds = spendBounds(rating, { used, held: heldOf(reservations) }, wanted, BigInt(limit.minor));
        if (bounds === undefined) return undefined;
        const joining = new Set([...wanted.keys()].filter((key) => !used.has(key)));
        const room = { generation, revision, bounds, joining };
        // With a price that joins the generation is another one.
        if (joining.size === 0) keep(this.#rooms, tenant, { basis, room });
        return room;
      },
      actual: (event) => {
        const { data, id } = event;
        const { items, computeMs, bytesOut } = data.units;
        keep(this.#seen, seenKey(tenant, data.model), { items: Math.max(1, items), computeMs, bytesOut });
        return rating.quantities([{ hour: usageHour(eventTime(id)), rows: [data] }]);
      },
    };
  }

  /** Time and bytes are what the model's last answer to the tenant took in this process, for so many items; the first counts as the least there is. */
  #expected(tenant: string, use: RollupRow): RollupRow {
    const seen = this.#seen.get(seenKey(tenant, use.model)) ?? { items: 1, computeMs: 0, bytesOut: 0 };
    const scaled = (amount: number): number =>
      Math.max(1, Math.ceil((amount * Math.max(1, use.units.items)) / seen.items));
    return {
      ...use,
      units: {
        ...use.units,
        computeMs: Math.min(scaled(seen.computeMs), computeMsMax),
        bytesOut: Math.min(scaled(seen.bytesOut), bytesOutMax),
      },
    };
  }
}

const seenKey = (tenant: string, model: string): string => `${tenant}/${model}`;

/** The rating of a tenant's month, for a limit. */
export const ratingOf = (
  books: readonly PublishedPriceBook[],
  { currency }: Pick<SpendLimit, 'currency'>,
  plan: string,
  now: Date,
): MonthRating => new MonthRating(books, new Currency(currency), termsOf(books, plan, now));

function keep<Value>(kept: Map<string, Value>, key: string, value: Value): void {
  // Deleted first, so that the first key is always the one that was not written for the longest time.
  kept.delete(key);
  kept.set(key, value);
  if (kept.size <= keptMax) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    break;
  }
}
