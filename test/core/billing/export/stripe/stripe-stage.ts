import type { Addressees } from '../../../../../core/billing/export/addressees.ts';
import type { StripeSettings } from '../../../../../core/billing/export/stripe/stripe-connection.ts';
import { noUnits } from '../../../../../core/metering/add-units.ts';
import type { HourRollup, RollupReader } from '../../../../../core/metering/rollup.ts';
import type { UsageUnits } from '../../../../../core/metering/usage-event.ts';
import { hourStart } from '../../../../../core/metering/usage-hour.ts';

/** Rollups in memory, in the version that was set last. */
export class Rollups implements RollupReader {
  readonly #hours = new Map<string, HourRollup>();

  /** Makes the next version of an hour: one row for each model. */
  set(tenant: string, hour: string, models: Readonly<Record<string, Partial<UsageUnits>>>): HourRollup {
    const key = `${tenant} ${hour}`;
    const rollup: HourRollup = {
      tenant,
      hour,
      version: (this.#hours.get(key)?.version ?? 0) + 1,
      rows: Object.entries(models).map(([model, units]) => ({
        model,
        modelVersion: '1',
        keyId: 'k',
        plan: 'pro',
        hardware: 'lambda-cpu',
        units: { ...noUnits, ...units },
      })),
      events: 1,
      idsSha256: '',
      closedAt: '',
    };
    this.#hours.set(key, rollup);
    return rollup;
  }

  async *rollups(tenant: string, from: Date, to: Date): AsyncGenerator<HourRollup, void> {
    for (const rollup of this.#hours.values()) {
      const start = hourStart(rollup.hour);
      if (rollup.tenant === tenant && start >= from && start < to) yield rollup;
    }
  }
}

/** Three meters: everybody's requests, and the tokens of two models. */
export const meters: StripeSettings['meters'] = [
  { name: 'requests', unit: 'requests' },
  { name: 'tokens-a', unit: 'tokens', model: 'a' },
  { name: 'tokens-b', unit: 'tokens', model: 'b' },
];

/** Has every hour told to whom the tenant is now. */
export const addressees: Addressees = {
  tellTo: async (_, name) => name,
  toldNobody: async () => undefined,
};
