import type { UsageUnits } from '../../metering/usage-event.ts';

/** What a price can be for: the units that every usage event carries. */
export const meterUnits = [
  'requests',
  'items',
  'tokens',
  'images',
  'audioMs',
  'computeMs',
  'bytesIn',
  'bytesOut',
] as const satisfies readonly (keyof UsageUnits)[];

export type MeterUnit = (typeof meterUnits)[number];
