import type { UsageUnits } from './usage-event.ts';

/** What a tenant used in a half-open interval of event time, in the units of `UsageUnits`: integers, summed exactly. */
export interface UsageReport {
  readonly tenant: string;
  /** RFC 3339; included. */
  readonly from: string;
  /** RFC 3339; excluded. */
  readonly to: string;
  readonly totals: UsageUnits;
  /** Sorted by model. */
  readonly byModel: readonly ({ readonly model: string } & UsageUnits)[];
  /** Sorted by day, `YYYY-MM-DD` in UTC; days without use are left out. */
  readonly byDay: readonly ({ readonly day: string } & UsageUnits)[];
  /** Sorted by key id. */
  readonly byKey: readonly ({ readonly keyId: string } & UsageUnits)[];
}
