import { addUnits, noUnits } from './add-units.ts';
import type { UsageUnits } from './usage-event.ts';
import type { UsageReport } from './usage-report.ts';
import type { UsedUnits } from './usage-source.ts';

type Sums = Map<string, UsageUnits>;

/** Adds up what was used, in any order. */
export class UsageSums {
  #totals = noUnits;
  readonly #byModel: Sums = new Map();
  readonly #byDay: Sums = new Map();
  readonly #byKey: Sums = new Map();

  add(at: Date, { model, keyId, units }: UsedUnits): void {
    this.#totals = addUnits(this.#totals, units);
    addTo(this.#byModel, model, units);
    addTo(this.#byDay, at.toISOString().slice(0, 10), units);
    addTo(this.#byKey, keyId, units);
  }

  report(tenant: string, from: Date, to: Date): UsageReport {
    return {
      tenant,
      from: from.toISOString(),
      to: to.toISOString(),
      totals: this.#totals,
      byModel: sorted(this.#byModel).map(([model, units]) => ({ model, ...units })),
      byDay: sorted(this.#byDay).map(([day, units]) => ({ day, ...units })),
      byKey: sorted(this.#byKey).map(([keyId, units]) => ({ keyId, ...units })),
    };
  }
}

function addTo(sums: Sums, label: string, units: UsageUnits): void {
  sums.set(label, addUnits(sums.get(label) ?? noUnits, units));
}

const sorted = (sums: Sums): [string, UsageUnits][] => [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
