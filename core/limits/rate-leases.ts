import type { DynamoDBRates, Taken } from './dynamodb-rates.ts';
import { costNs, unitsLeft, windowNs } from './gcra.ts';
import type { LimitUnit } from './limits.ts';

/** How long units that were taken ahead may be spent. */
const leaseMs = 2000;
/** How long they are meant to last. */
const aimMs = 1000;
/** Leases remembered at once; each is as small as this object. */
const leasesMax = 1000;

interface Dependencies {
  readonly rates: Pick<DynamoDBRates, 'take'>;
  readonly now: () => Date;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
}

interface Lease {
  /** Units taken and not spent. */
  left: number;
  /** Units that could be spent when it began. */
  readonly size: number;
  /** When it began, by both clocks: a process that slept may have one that stood still. */
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly spentNs: bigint;
}

/** Units that a request needs of a rate. */
export interface RateWant {
  readonly unit: LimitUnit;
  readonly perMinute: number;
  /** 1 to `perMinute` */
  readonly units: number;
}

/** What a rate says to that. */
export interface RateTake extends RateWant {
  /** Units that are left now. */
  readonly left: number;
  /** Milliseconds until the units that are wanted fit; 0 when they do. */
  readonly waitMs: number;
}

/** A want, and what of it is in hand. */
interface Asked extends RateWant {
  readonly key: string;
  readonly lease: Lease | undefined;
  readonly have: number;
}

/**
 * Spends rates. A process that is busy takes ahead what it will spend in about a second, one second's share of the rate at most, and spends
 * that without asking anybody; one that is not takes what a request needs. All that is ever spent was charged before, at most two seconds
 * earlier: so what can be too much in any stretch of time are the leases in flight when it begins, two seconds' share of the rate.
 */
export class RateLeases {
  readonly #with: Dependencies;
  readonly #leases = new Map<string, Lease>();

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /** Takes of all rates, or of none. */
  async take(
    tenant: string,
    wants: readonly RateWant[],
  ): Promise<{ readonly taken: boolean; readonly takes: readonly RateTake[] }> {
    const { now, monotonicMs } = this.#with;
    const wallMs = now().getTime();
    const nowNs = BigInt(wallMs) * 1_000_000n;
    const asked = wants.map((want): Asked => {
      const key = leaseKey(tenant, want);
      const lease = this.#lease(key, wallMs);
      const have = Math.min(lease?.left ?? 0, want.units);
      // Nobody else may spend these while this waits for an answer.
      if (lease !== undefined) lease.left -= have;
      return { ...want, key, lease, have };
    });
    const putBack = (): void => {
      for (const { lease, have } of asked) if (lease !== undefined) lease.left += have;
    };
    const { taken, ahead, spentNs } = await this.#charge(tenant, asked, nowNs).catch((error: unknown) => {
      putBack();
      throw error;
    });
    if (!taken) putBack();
    const takes = asked.map((each): RateTake => {
      const { unit, perMinute, units, key, lease, have } = each;
      const spent = spentNs.get(unit);
      if (spent === undefined) {
        // It was all in hand.
        return {
          unit,
          perMinute,
          units,
          left: (lease?.left ?? 0) + unitsLeft(lease?.spentNs ?? 0n, nowNs, perMinute),
          waitMs: 0,
        };
      }
      const left = unitsLeft(spent, nowNs, perMinute);
      if (!taken) {
        const waitNs = spent + costNs(units - have, perMinute) - windowNs - nowNs;
        return {
          unit,
          perMinute,
          units,
          left: have + left,
          waitMs: waitNs <= 0n ? 0 : Math.max(1, Number(waitNs / 1_000_000n)),
        };
      }
      const kept = (ahead.get(unit) ?? 0) + (this.#lease(key, wallMs)?.left ?? 0);
      this.#keep(key, { left: kept, size: kept + units, wallMs, monotonicMs: monotonicMs(), spentNs: spent });
      return { unit, perMinute, units, left: kept + left, waitMs: 0 };
    });
    return { taken, takes };
  }

  /** Charges what is not in hand, with something ahead if that fits. */
  async #charge(
    tenant: string,
    asked: readonly Asked[],
    nowNs: bigint,
  ): Promise<Taken & { readonly ahead: ReadonlyMap<LimitUnit, number> }> {
    const short = asked.filter(({ units, have }) => have < units);
    const none = new Map<LimitUnit, number>();
    if (short.length === 0) return { taken: true, spentNs: new Map(), ahead: none };
    const ahead = new Map(short.map((each) => [each.unit, this.#ahead(each)]));
    const charge = (more: ReadonlyMap<LimitUnit, number>): Promise<Taken> => {
      const costs = short.map(({ unit, perMinute, units, have }) => {
        return [unit, costNs(units - have + (more.get(unit) ?? 0), perMinute)] as const;
      });
      return this.#with.rates.take(tenant, new Map(costs), nowNs);
    };
    const result = await charge(ahead);
    if (result.taken || [...ahead.values()].every((units) => units === 0)) return { ...result, ahead };
    return { ...(await charge(none)), ahead: none };
  }

  /** Takes back what a request took that another limit has refused. */
  giveBack(tenant: string, wants: readonly RateWant[]): void {
    for (const want of wants) {
      const lease = this.#lease(leaseKey(tenant, want), this.#with.now().getTime());
      if (lease !== undefined) lease.left += want.units;
    }
  }

  /** Units to take beyond the need: in all twice as much as before when that did not last as long as it should, else what was spent. */
  #ahead({ lease, have, units, perMinute }: Asked): number {
    if (lease === undefined) return 0;
    const aim = this.#with.monotonicMs() - lease.monotonicMs < aimMs ? 2 * lease.size : lease.size - have;
    return Math.max(0, Math.min(Math.ceil(perMinute / 60), aim) - (units - have));
  }

  #lease(key: string, wallMs: number): Lease | undefined {
    const lease = this.#leases.get(key);
    if (lease === undefined) return undefined;
    const ageMs = Math.max(this.#with.monotonicMs() - lease.monotonicMs, Math.abs(wallMs - lease.wallMs));
    return ageMs < leaseMs ? lease : undefined;
  }

  #keep(key: string, lease: Lease): void {
    this.#leases.delete(key);
    this.#leases.set(key, lease);
    if (this.#leases.size > leasesMax) {
      for (const oldest of this.#leases.keys()) {
        this.#leases.delete(oldest);
        break;
      }
    }
  }
}

const leaseKey = (tenant: string, { unit, perMinute }: RateWant): string => `${tenant}/${unit}/${perMinute}`;
