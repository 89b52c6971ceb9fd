import type { JournalOwner } from '../metering/journal-shards.ts';
import type { DynamoDBMonths } from './dynamodb-months.ts';
import type { Entry, Gate, LimitedRequest } from './gate.ts';
import { alertPercents, type LimitAlert } from './limit-alert.ts';
import { type LimitedUnits, limitUnits } from './limits.ts';
import { type Month, monthOf } from './month.ts';
import { monthRefusal } from './month-refusal.ts';
import type { MonthState, Reservation } from './month-state.ts';
import { policyOf } from './policy-of.ts';
import type { Remainder } from './rate-limit-headers.ts';

/** How far apart the clocks of two processes may be. */
const skewMs = 5000;
/** The longest that any request can live, with room to spare: a reservation that says more was made by a clock that is ahead. */
const lifeMsMax = 60_000;
/** Rounds of a reservation against what others do at the same time. */
const roundsMax = 20;

interface Dependencies {
  readonly months: DynamoDBMonths;
  /** What the journal says that was used of a month; rejects when that takes longer than so many milliseconds. */
  readonly count: (owner: JournalOwner, month: Month, msMax: number) => Promise<LimitedUnits>;
  readonly now: () => Date;
  /** A new id, unlike any other. */
  readonly newId: () => string;
  /** Hears of each threshold that is crossed, once for each month. */
  readonly onAlert: (alert: LimitAlert) => void;
}

/**
 * Lets in what monthly quotas and the concurrency cap allow: exactly that, however many ask at once. A request sets aside what it has
 * before it runs; its success keeps that, its failure gives it back, and when its process dies the next who needs it does.
 */
export class MonthGate implements Gate {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  async enter(request: LimitedRequest): Promise<Entry | undefined> {
    const { tenant, limits, units, remainingMs } = request;
    if (limits.perMonth === undefined && limits.concurrent === undefined) return undefined;
    const { months, now, newId } = this.#with;
    const startedMs = now().getTime();
    const month = monthOf(now());
    const untilMs = startedMs + Math.min(Math.ceil(remainingMs), lifeMsMax - 2 * skewMs) + skewMs;
    const reservation: Reservation = { id: newId(), untilMs, units };
    for (let round = 1; ; round++) {
      const result = await months.reserve(tenant, month, reservation, limits);
      if (result.kind === 'reserved') return this.#entry(request, month, reservation, result.state);
      if (round === roundsMax) throw new Error(`no place for a request of ${tenant} in ${roundsMax} rounds`);
      if (result.kind === 'absent') {
        await months.begin(tenant, month, await this.#with.count(request, month, remainingMs / 2));
        continue;
      }
      const { state } = result;
      const dead = state.reservations.filter((each) => this.#isDead(each));
      await Promise.all(dead.map((each) => months.release(tenant, month, each)));
      const refusal = dead.length === 0 ? monthRefusal(request, month, state, now()) : undefined;
      if (refusal === undefined) continue;
      return {
        remainders: this.#remainders(request, month, state),
        refusal,
        settle: () => Promise.resolve(),
        release: () => Promise.resolve(),
      };
    }
  }

  #entry(request: LimitedRequest, month: Month, reservation: Reservation, state: MonthState): Entry {
    const { months } = this.#with;
    const { tenant } = request;
    let settled: Promise<void> | undefined;
    return {
      remainders: this.#remainders(request, month, state),
      settle: async () => {
        settled = months.settle(tenant, month, reservation);
        await settled;
        await this.#alert(request, month, state);
      },
      release: async () => {
        if (settled === undefined) return months.release(tenant, month, reservation);
        await settled;
        await months.refund(tenant, month, reservation.units);
      },
    };
  }

  /** A reservation whose request can no longer be running. */
  #isDead({ untilMs }: Reservation): boolean {
    const nowMs = this.#with.now().getTime();
    return untilMs <= nowMs || untilMs > nowMs + lifeMsMax;
  }

  #remainders({ limits }: LimitedRequest, month: Month, { used, running }: MonthState): readonly Remainder[] {
    const resetSeconds = Math.ceil((month.endMs - this.#with.now().getTime()) / 1000);
    const ofMonth = limitUnits.flatMap((unit) => {
      const limit = limits.perMonth?.[unit];
      if (limit === undefined) return [];
      return [{ policy: policyOf.month(unit, limit, month), left: Math.max(0, limit - used[unit]), resetSeconds }];
    });
    const { concurrent } = limits;
    if (concurrent === undefined) return ofMonth;
    return [...ofMonth, { policy: policyOf.concurrent(concurrent), left: Math.max(0, concurrent - running) }];
  }

  async #alert({ tenant, limits }: LimitedRequest, month: Month, { used, alerts }: MonthState): Promise<void> {
    const { months, onAlert, now } = this.#with;
    const crossed = limitUnits.flatMap((unit) => {
      const limit = limits.perMonth?.[unit];
      if (limit === undefined) return [];
      return alertPercents
        .filter((percent) => used[unit] * 100 >= limit * percent)
        .filter((percent) => !alerts.some((known) => known.unit === unit && known.percent === percent))
        .map((percent): LimitAlert => ({ tenant, month: month.name, unit, percent, limit, used: used[unit] }));
    });
    await Promise.all(
      crossed.map(async (alert) => {
        if (await months.alert(alert, month, now())) onAlert(alert);
      }),
    );
  }
}
