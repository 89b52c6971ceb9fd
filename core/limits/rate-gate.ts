import { TooLargeError } from '../api/maas-error.ts';
import type { Entry, Gate, LimitedRequest } from './gate.ts';
import { type LimitUnit, limitUnits } from './limits.ts';
import { policyOf } from './policy-of.ts';
import type { RateLeases, RateTake } from './rate-leases.ts';

interface Taken extends RateTake {
  readonly unit: LimitUnit;
  readonly perMinute: number;
}

/** Lets in what the rates per minute allow. */
export class RateGate implements Gate {
  readonly #leases: RateLeases;

  constructor(leases: RateLeases) {
    this.#leases = leases;
  }

  async enter({ tenant, limits: { perMinute = {} }, use: { units } }: LimitedRequest): Promise<Entry | undefined> {
    const takes: Taken[] = [];
    for (const unit of limitUnits) {
      const limit = perMinute[unit];
      if (limit === undefined) continue;
      if (units[unit] > limit) throw neverFits(unit, units[unit], limit);
      takes.push({ unit, perMinute: limit, ...(await this.#leases.take(tenant, unit, limit, units[unit])) });
      // What one rate refuses, the next one need not take.
      if (takes.at(-1)?.taken === false) break;
    }
    if (takes.length === 0) return undefined;
    const refused = takes.find(({ taken }) => !taken);
    return {
      remainders: takes.map((take) => ({
        policy: policyOf.minute(take.unit, take.perMinute),
        left: take.left,
        // Until all of it is there again.
        resetSeconds: Math.ceil((1 - Math.min(1, take.left / take.perMinute)) * 60),
      })),
      ...(refused === undefined ? {} : { refusal: refusal(refused, units[refused.unit]) }),
      settle: () => Promise.resolve(),
      release: () => {
        for (const { taken, unit, perMinute } of takes) {
          if (taken) this.#leases.giveBack(tenant, unit, perMinute, units[unit]);
        }
        return Promise.resolve();
      },
    };
  }
}

function refusal({ unit, perMinute, left, waitMs }: Taken, wanted: number): NonNullable<Entry['refusal']> {
  const resetSeconds = Math.ceil(waitMs / 1000);
  return {
    message: `the limit is ${perMinute} ${unit} a minute; this request has ${wanted}, and ${left} are left now. Try again in ${resetSeconds} s`,
    violated: { policy: policyOf.minute(unit, perMinute), left, resetSeconds },
  };
}

const neverFits = (unit: LimitUnit, wanted: number, perMinute: number): TooLargeError =>
  new TooLargeError(`this request has ${wanted} ${unit}, and the limit is ${perMinute} a minute; send fewer at once`);
