import type { DynamoDBRates } from './dynamodb-rates.ts';
import { costNs, unitsLeft, windowNs } from './gcra.ts';
import type { LimitUnit } from './limits.ts';

/** How long units that were taken ahead may be spent. */
const leaseMs = 1000;
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
  /** Units spent since the lease began: what the next one takes ahead. */
  spent: number;
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
 * Spends rates. A process that is busy takes as much ahead as it spent in the last second, one second's share of the rate at most, and
 * spends that without asking anybody; one that is not takes what a request needs. All that is ever spent was charged before, so what can
 * be too much in a window are the leases in flight when it begins: together at most what was spent in the second before.
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
      lease.spent += units;
      return { taken: true, left: lease.left + unitsLeft(lease.spentNs, nowNs, perMinute), waitMs: 0 };
    }
    const have = lease?.left ?? 0;
    if (lease !== undefined) lease.left = 0;
    const need = units - have;
    const ahead = Math.min(Math.ceil(perMinute / 60), this.#leases.get(key)?.spent ?? 0);
    let want = Math.max(need, ahead);
    let result = await rates.take(tenant, unit, costNs(want, perMinute), nowNs);
    if (!result.taken && want > need) {
      want = need;
      result = await rates.take(tenant, unit, costNs(want, perMinute), nowNs);
    }
    if (!result.taken) {
      if (lease !== undefined) lease.left += have;
      const waitNs = result.spentNs + costNs(need, perMinute) - windowNs - nowNs;
      return {
        taken: false,
        left: have + unitsLeft(result.spentNs, nowNs, perMinute),
        waitMs: Math.max(1, Number(waitNs / 1_000_000n)),
      };
    }
    const left = want - need + (lease?.left ?? 0);
    this.#keep(key, { left, spent: units, wallMs, monotonicMs: monotonicMs(), spentNs: result.spentNs });
    return { taken: true, left: left + unitsLeft(result.spentNs, nowNs, perMinute), waitMs: 0 };
  }

  /** Takes back units of a request that another limit has refused. */
  giveBack(tenant: string, unit: LimitUnit, perMinute: number, units: number): void {
    const lease = this.#lease(`${tenant}/${unit}/${perMinute}`, this.#with.now().getTime());
    if (lease !== undefined) lease.left += units;
  }

  #lease(key: string, wallMs: number): Lease | undefined {
    const lease = this.#leases.get(key);
    if (lease === undefined) return undefined;
    const monotonicAge = this.#with.monotonicMs() - lease.monotonicMs;
    const wallAge = Math.abs(wallMs - lease.wallMs);
    if (monotonicAge < leaseMs && wallAge < leaseMs) return lease;
    // Who was idle for longer takes nothing ahead.
    if (Math.max(monotonicAge, wallAge) >= 2 * leaseMs) this.#leases.delete(key);
    return undefined;
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
