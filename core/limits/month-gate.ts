import { noUnits } from '../metering/add-units.ts';
import type { JournalOwner } from '../metering/journal-shards.ts';
import type { UsageEvent } from '../metering/usage-event.ts';
import type { DynamoDBMonths, Reserved } from './dynamodb-months.ts';
import type { Entry, Gate, LimitedRequest, Refusal } from './gate.ts';
import type { LimitAlert } from './limit-alert.ts';
import { limitUnits } from './limits.ts';
import { type Month, monthOf } from './month.ts';
import { monthAlerts } from './month-alerts.ts';
import type { MonthCounts } from './month-counts.ts';
import { monthRefusal, runningSeconds } from './month-refusal.ts';
import type { MonthState, Reservation } from './month-state.ts';
import { policyOf } from './policy-of.ts';
import type { Remainder } from './rate-limit-headers.ts';
import type { MonthRating, PriceQuantities } from './spend/month-rating.ts';
import { fullSpendAlert, spendAlerts } from './spend/spend-alerts.ts';
import { spendRefusal } from './spend/spend-refusal.ts';
import type { RequestSpend, Spending } from './spend/spending.ts';
import { UnknownPriceBookError } from './spend/unknown-price-book.ts';

/** How far apart the clocks of two processes may be. */
const skewMs = 5000;
/** The longest that any request can live, with room to spare: a reservation that says more was made by a clock that is ahead. */
const lifeMsMax = 60_000;
/** Rounds of a reservation against what others do at the same time. */
const roundsMax = 20;
/** Reservations of dead processes that a request gives up beside its own work … */
const deadMax = 2;
/** … and in a round in which it needs what they hold. */
const deadMaxForRoom = 25;

interface Dependencies {
  readonly months: DynamoDBMonths;
  readonly spending: Pick<Spending, 'of'>;
  /** What journal and rollups say that was used of a month, by price too if asked; rejects when that takes longer than so many milliseconds. */
  readonly count: (owner: JournalOwner, month: Month, msMax: number, rating?: MonthRating) => Promise<MonthCounts>;
  readonly now: () => Date;
  /** A new id, unlike any other. */
  readonly newId: () => string;
  /** Hears of each threshold that is crossed, once for each month. Its failure is its own. */
  readonly onAlert: (alert: LimitAlert) => Promise<void>;
  /** Hears what went wrong that is no reason to refuse or fail a request. */
  readonly onLost: (cause: unknown) => void;
}

/** A request, and what it sets aside. */
interface Asking {
  readonly request: LimitedRequest;
  readonly month: Month;
  readonly reservation: Reservation;
  readonly spend: RequestSpend | undefined;
}

/**
 * Lets in what monthly quotas, the spend limit and the concurrency cap allow: exactly that, however many ask at once. A request sets aside
 * what it has before it runs; its success keeps that, its failure gives it back, and when its process dies those that come later do.
 */
export class MonthGate implements Gate {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  async enter(request: LimitedRequest): Promise<Entry | undefined> {
    const counting = request.recorded ? onlyRunning(request) : request;
    const { perMonth, concurrent, spend } = counting.limits;
    if (perMonth === undefined && concurrent === undefined && spend === undefined) return undefined;
    const month = monthOf(this.#with.now());
    return this.#enter(counting, month, counting.use.priceBook).catch((error: unknown) => {
      if (!(error instanceof UnknownPriceBookError)) throw error;
      // Nothing was set aside: a state that names a price is rated before anything is written on its condition.
      return this.#enter(counting, month, error.version);
    });
  }

  /** @param newest version of the newest price book that is known to exist */
  async #enter(request: LimitedRequest, month: Month, newest: string | undefined): Promise<Entry> {
    const { tenant, limits, use, remainingMs } = request;
    const { months, spending, count, now, newId } = this.#with;
    const startedMs = now().getTime();
    const spend =
      limits.spend === undefined ? undefined : await spending.of(tenant, use, limits.spend, month, now(), newest);
    const untilMs = startedMs + Math.min(Math.ceil(remainingMs), lifeMsMax - 2 * skewMs) + skewMs;
    const prices = spend?.wanted ?? new Map<string, number>();
    const asking = { request, month, reservation: { id: newId(), untilMs, units: use.units, prices }, spend };
    let state: MonthState | undefined;
    let last: MonthState | undefined;
    for (let round = 0; round < roundsMax; round++) {
      const result = await this.#reserve(asking, state);
      state = undefined;
      if (result.kind === 'reserved') return this.#entry(asking, result.state);
      if (result.kind === 'absent') {
        await months.begin(tenant, month, await count(request, month, remainingMs / 2, spend?.rating), now());
        continue;
      }
      last = result.state;
      if (await this.#giveUp(asking, last, deadMaxForRoom)) continue;
      const refusal = await this.#refusal(asking, last);
      if (refusal !== undefined) return this.#refused(asking, last, refusal);
      state = last;
    }
    const violated = last && this.#remainders(asking, last).at(-1);
    if (last === undefined || violated === undefined) throw new Error(`the month of ${tenant} cannot be begun`);
    return this.#refused(asking, last, {
      message: `so many requests come at once that this one found no place in ${roundsMax} rounds. Try again in a moment`,
      violated: { ...violated, resetSeconds: runningSeconds },
    });
  }

  /** @param state the month as it was read last, if it was */
  async #reserve({ request, month, reservation, spend }: Asking, state: MonthState | undefined): Promise<Reserved> {
    const { months } = this.#with;
    const { tenant, limits } = request;
    if (spend === undefined) return months.reserve(tenant, month, reservation, limits);
    let room = state === undefined ? spend.room() : undefined;
    if (room === undefined) {
      const read = state ?? (await months.read(tenant, month));
      if (read?.spending === undefined) return { kind: 'absent' };
      room = spend.roomIn(read);
      if (room === undefined) return { kind: 'refused', state: read };
    }
    return months.reserve(tenant, month, reservation, limits, room);
  }

  async #refusal({ request, month, spend }: Asking, state: MonthState): Promise<Refusal | undefined> {
    const now = this.#with.now();
    const byUnits = monthRefusal(request, month, state, now);
    if (byUnits?.reached !== undefined) {
      await this.#tell(monthAlerts(request.tenant, request.limits, month, state, byUnits.reached), month);
    }
    if (byUnits !== undefined || spend === undefined) return byUnits;
    const bySpend = spendRefusal(spend, month, state, now);
    if (bySpend?.passing === false) await this.#tell(fullSpendAlert(request.tenant, spend, month, state), month);
    return bySpend;
  }

  #refused(asking: Asking, state: MonthState, refusal: Refusal): Entry {
    const remainders = this.#remainders(asking, state);
    return { remainders, refusal, settle: () => Promise.resolve(), release: () => Promise.resolve() };
  }

  #entry(asking: Asking, state: MonthState): Entry {
    const { months } = this.#with;
    const { request, month, reservation, spend } = asking;
    const { tenant, limits } = request;
    // Beside the model's work, since requests that all die would leave nobody to do it later.
    const cleared = this.#giveUp(asking, state, deadMax).catch(this.#with.onLost);
    let settled: { readonly done: Promise<void>; readonly prices: PriceQuantities } | undefined;
    return {
      remainders: this.#remainders(asking, state),
      settle: async (event: UsageEvent) => {
        const prices = spend?.actual(event) ?? reservation.prices;
        const done = months.settle(tenant, month, reservation, prices);
        settled = { done, prices };
        const crossed = [
          ...monthAlerts(tenant, limits, month, state),
          ...(spend === undefined ? [] : spendAlerts(tenant, spend, month, state)),
        ];
        // At once, so that who waits for the journal does not wait for this too.
        await Promise.allSettled([done, this.#tell(crossed, month), cleared]);
        return done;
      },
      release: async () => {
        await cleared;
        if (settled === undefined) return months.release(tenant, month, reservation);
        await settled.done;
        await months.refund(tenant, month, reservation, settled.prices);
      },
    };
  }

  /**
   * Gives up reservations whose requests can no longer be running: of many, those whose ids come after this request's, so that who comes at the
   * same moment mostly takes others.
   *
   * @returns whether there were any
   */
  async #giveUp(
    { request: { tenant }, month, reservation: { id } }: Asking,
    state: MonthState,
    most: number,
  ): Promise<boolean> {
    const dead = state.reservations.filter((each) => this.#isDead(each)).sort((a, b) => (a.id < b.id ? -1 : 1));
    const next = Math.max(
      0,
      dead.findIndex((each) => each.id > id),
    );
    const chosen = [...dead.slice(next), ...dead.slice(0, next)].slice(0, most);
    await Promise.all(chosen.map((each) => this.#with.months.release(tenant, month, each)));
    return chosen.length > 0;
  }

  /** A reservation whose request can no longer be running. */
  #isDead({ untilMs }: Reservation): boolean {
    const nowMs = this.#with.now().getTime();
    return untilMs <= nowMs || untilMs > nowMs + lifeMsMax;
  }

  #remainders(
    { request: { limits }, month, spend }: Asking,
    { used, running, spending }: MonthState,
  ): readonly Remainder[] {
    const resetSeconds = Math.ceil((month.endMs - this.#with.now().getTime()) / 1000);
    const ofMonth = limitUnits.flatMap((unit) => {
      const limit = limits.perMonth?.[unit];
      if (limit === undefined) return [];
      return [{ policy: policyOf.month(unit, limit, month), left: Math.max(0, limit - used[unit]), resetSeconds }];
    });
    const { concurrent } = limits;
    return [
      ...ofMonth,
      ...(spend === undefined || spending === undefined
        ? []
        : [
            {
              policy: policyOf.spend(spend.limit, month),
              left: Math.max(0, spend.limit.minor - Number(spend.rating.spent(spending.prices))),
              resetSeconds,
            },
          ]),
      ...(concurrent === undefined
        ? []
        : [{ policy: policyOf.concurrent(concurrent), left: Math.max(0, concurrent - running) }]),
    ];
  }

  /** Never rejects: that nobody hears of a threshold is no reason to fail a request, or to refuse it in another way. */
  async #tell(alerts: readonly LimitAlert[], month: Month): Promise<void> {
    const { months, onAlert, onLost, now } = this.#with;
    const tell = async (alert: LimitAlert): Promise<void> => {
      if (await months.alert(alert, month, now())) await onAlert(alert);
    };
    await Promise.all(alerts.map((alert) => tell(alert).catch(onLost)));
  }
}

/** What was recorded before is counted, so that nothing but its place among those that run is left to ask for. */
const onlyRunning = ({ limits: { concurrent }, use, ...request }: LimitedRequest): LimitedRequest => ({
  ...request,
  limits: concurrent === undefined ? {} : { concurrent },
  use: { ...use, units: noUnits },
});
