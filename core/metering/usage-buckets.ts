import { addUnits, noUnits } from './add-units.ts';
import type { UsageUnits } from './usage-event.ts';
import { type BucketQuery, buckets } from './usage-query.ts';
import type { UsedUnits } from './usage-source.ts';

/** What a tenant used, by buckets of time. */
export interface BucketReport {
  readonly tenant: string;
  /** RFC 3339; included. */
  readonly start: string;
  /** RFC 3339; excluded. */
  readonly end: string;
  readonly bucket: string;
  readonly groupBy: readonly string[];
  /** All of them, in order, also those without use. */
  readonly buckets: readonly UsageBucket[];
}

/** One bucket. The first and the last are cut off where the interval begins and ends. */
export interface UsageBucket {
  readonly start: string;
  readonly end: string;
  /** One row a group that has use, sorted; with `unit` among the groups one for each unit of which something was used. */
  readonly usage: readonly BucketRow[];
}

/** One group's use: all units, or one and its `quantity`. */
export type BucketRow = { readonly model?: string; readonly keyId?: string } & (
  | UsageUnits
  | { readonly unit: string; readonly quantity: number }
);

interface Group {
  readonly labels: { readonly model?: string; readonly keyId?: string };
  units: UsageUnits;
}

/** Adds up by bucket and group, in any order. */
export class UsageBuckets {
  readonly #query: BucketQuery;
  readonly #groups = new Map<number, Map<string, Group>>();

  constructor(query: BucketQuery) {
    this.#query = query;
  }

  add(at: Date, { model, keyId, units }: UsedUnits): void {
    const { bucket, groupBy } = this.#query;
    const labels = {
      ...(groupBy.includes('model') ? { model } : {}),
      ...(groupBy.includes('key') ? { keyId } : {}),
    };
    const number = Math.floor(at.getTime() / buckets[bucket].ms);
    const groups = this.#groups.get(number) ?? new Map<string, Group>();
    this.#groups.set(number, groups);
    const name = JSON.stringify(labels);
    const group = groups.get(name) ?? { labels, units: noUnits };
    group.units = addUnits(group.units, units);
    groups.set(name, group);
  }

  report(tenant: string): BucketReport {
    const { from, to, bucket, groupBy } = this.#query;
    const { ms } = buckets[bucket];
    const all: UsageBucket[] = [];
    for (let number = Math.floor(from.getTime() / ms); number * ms < to.getTime(); number += 1) {
      all.push({
        start: new Date(Math.max(number * ms, from.getTime())).toISOString(),
        end: new Date(Math.min((number + 1) * ms, to.getTime())).toISOString(),
        usage: this.#rows(number),
      });
    }
    return { tenant, start: from.toISOString(), end: to.toISOString(), bucket, groupBy, buckets: all };
  }

  #rows(number: number): BucketRow[] {
    const sorted = [...(this.#groups.get(number) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const groups = sorted.map(([, group]) => group);
    if (!this.#query.groupBy.includes('unit')) return groups.map(({ labels, units }) => ({ ...labels, ...units }));
    return groups.flatMap(({ labels, units }) =>
      Object.entries<number>({ ...units })
        .filter(([, quantity]) => quantity > 0)
        .map(([unit, quantity]) => ({ ...labels, unit, quantity })),
    );
  }
}
