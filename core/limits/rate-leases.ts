import type { DynamoDBRates } from './dynamodb-rates.ts';
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

/** What became of a try to spend units of a rate. */
export interface RateTake {
  readonly taken: boolean;
  /** Units that are left now. */
  readonly left: number;
  /** Milliseconds until the units that were asked for fit; 0 when they were taken. */
  readonly waitMs: number;
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

  /** @param units 1 to `perMinute` */
  async take(tenant: string, unit: LimitUnit, perMinute: number, units: number): Promise<RateTake> {
    const key = `${tenant}/${unit}/${perMinute}`;
    const { rates, now, monotonicMs } = this.#with;
    const wallMs = now().getTime();
    const nowNs = BigInt(wallMs) * 1_000_000n;
    const lease = this.#lease(key, wallMs);
    if (lease !== undefined && lease.left >= units) {
      lease.left -= units;
      return { taken: true, left: lease.left + unitsLeft(lease.spentNs, nowNs, perMinute), waitMs: 0 };
    }
    // Nobody else may spend these while this waits for an answer.
    const have = lease?.left ?? 0;
    if (lease !== undefined) lease.left = 0;
    const need = units - have;
    let want = Math.max(need, Math.min(Math.ceil(perMinute / 60), this.#ahead(lease, have)));
    let result = await rates.take(tenant, unit, costNs(want, perMinute), nowNs);
    if (!result.taken && want > need) {
      want = need;
      result = await rates.take(tenant, unit, costNs(want, perMinute), nowNs);
    }
    const { spentNs } = result;
    const others = this.#lease(key, wallMs)?.left ?? 0;
    if (!result.taken) {
      if (lease !== undefined) lease.left += have;
      const waitNs = spentNs + costNs(need, perMinute) - windowNs - nowNs;
      return {
        taken: false,
        left: have + unitsLeft(spentNs, nowNs, perMinute),
        waitMs: Math.max(1, Number(waitNs / 1_000_000n)),
      };
    }
    const left = want - need + others;
    this.#keep(key, { left, size: left + units, wallMs, monotonicMs: monotonicMs(), spentNs });
    return { taken: true, left: left + unitsLeft(spentNs, nowNs, perMinute), waitMs: 0 };
  }

  /** Takes back units of a request that another limit has refused. */
  giveBack(tenant: string, unit: LimitUnit, perMinute: number, units: number): void {
    const lease = this.#lease(`${tenant}/${unit}/${perMinute}`, this.#with.now().getTime());
    if (lease !== undefined) lease.left += units;
  }

  /** What to take ahead: twice as much as before when that did not last as long as it should, else what was spent. */
  #ahead(lease: Lease | undefined, left: number): number {
    if (lease === undefined) return 0;
    return this.#with.monotonicMs() - lease.monotonicMs < aimMs ? 2 * lease.size : lease.size - left;
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
