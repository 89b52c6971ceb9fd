import { eventTime } from './event-time.ts';
import type { UsageEvent, UsageUnits } from './usage-event.ts';
import type { UsageReport } from './usage-report.ts';

type Sums = Map<string, UsageUnits>;

const nothing: UsageUnits = {
  requests: 0,
  items: 0,
  tokens: 0,
  images: 0,
  audioMs: 0,
  computeMs: 0,
  bytesIn: 0,
  bytesOut: 0,
};

/** Adds up events, in any order. Sums stay exact below 2^53, which is 9 petabytes or 285,000 years of milliseconds. */
export class UsageSums {
  #totals = nothing;
  readonly #byModel: Sums = new Map();
  readonly #byDay: Sums = new Map();
  readonly #byKey: Sums = new Map();

  add({ id, data }: Pick<UsageEvent, 'id' | 'data'>): void {
    this.#totals = plus(this.#totals, data.units);
    addTo(this.#byModel, data.model, data.units);
    addTo(this.#byDay, eventTime(id).toISOString().slice(0, 10), data.units);
    addTo(this.#byKey, data.keyId, data.units);
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

const plus = (a: UsageUnits, b: UsageUnits): UsageUnits => ({
  requests: a.requests + b.requests,
  items: a.items + b.items,
  tokens: a.tokens + b.tokens,
  images: a.images + b.images,
  audioMs: a.audioMs + b.audioMs,
  computeMs: a.computeMs + b.computeMs,
  bytesIn: a.bytesIn + b.bytesIn,
  bytesOut: a.bytesOut + b.bytesOut,
});

function addTo(sums: Sums, label: string, units: UsageUnits): void {
  sums.set(label, plus(sums.get(label) ?? nothing, units));
}

const sorted = (sums: Sums): [string, UsageUnits][] => [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
