import { TooLargeError } from '../api/maas-error.ts';
import type { Entry, Gate, LimitedRequest, Refusal } from './gate.ts';
import { limitUnits } from './limits.ts';
import { policyOf } from './policy-of.ts';
import type { RateLeases, RateTake, RateWant } from './rate-leases.ts';

/** Lets in what the rates per minute allow. */
export class RateGate implements Gate {
  readonly #leases: RateLeases;

  constructor(leases: RateLeases) {
    this.#leases = leases;
  }

  /** @throws TooLargeError for more than a minute's worth, before anything is taken */
  async enter({ tenant, limits: { perMinute = {} }, use }: LimitedRequest): Promise<Entry | undefined> {
    const wants = limitUnits.flatMap((unit): readonly RateWant[] => {
      const limit = perMinute[unit];
      return limit === undefined ? [] : [{ unit, perMinute: limit, units: use.units[unit] }];
    });
    if (wants.length === 0) return undefined;
    const never = wants.find((want) => want.units > want.perMinute);
    if (never !== undefined) throw neverFits(never);
    const { taken, takes } = await this.#leases.take(tenant, wants);
    return {
      remainders: takes.map((take) => ({
        policy: policyOf.minute(take.unit, take.perMinute),
        left: take.left,
        // Until all of it is there again.
        resetSeconds: Math.ceil((1 - Math.min(1, take.left / take.perMinute)) * 60),
      })),
      ...(taken ? {} : { refusal: refusal(takes) }),
      settle: () => Promise.resolve(),
      release: () => {
        if (taken) this.#leases.giveBack(tenant, wants);
        return Promise.resolve();
      },
    };
  }
}

/** By the rate that takes longest. */
function refusal(takes: readonly RateTake[]): Refusal {
  const { unit, perMinute, units, left, waitMs } = takes.reduce((a, b) => (b.waitMs > a.waitMs ? b : a));
  const resetSeconds = Math.ceil(waitMs / 1000);
  return {
    message: `the limit is ${perMinute} ${unit} a minute; this request has ${units}, and ${left} are left now. Try again in ${resetSeconds} s`,
    violated: { policy: policyOf.minute(unit, perMinute), left, resetSeconds },
  };
}

const neverFits = ({ unit, units, perMinute }: RateWant): TooLargeError =>
  new TooLargeError(`this request has ${units} ${unit}, and the limit is ${perMinute} a minute; send fewer at once`);
