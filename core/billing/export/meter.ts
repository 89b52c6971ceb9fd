import * as z from 'zod/mini';
import type { RollupRow } from '../../metering/rollup.ts';
import { meterUnits } from '../price-book/meter-units.ts';

const text = z.string().check(z.minLength(1), z.maxLength(100), z.regex(/^[\x21-\x7e]*$/, 'visible ASCII characters'));

/** What a destination counts under one name: a unit, of all models and all hardware or of one. */
export const meterSchema = z.strictObject({
  name: text,
  unit: z.enum(meterUnits),
  model: z.optional(text),
  hardware: z.optional(text),
});

export type Meter = z.infer<typeof meterSchema>;

/** What a meter counts of the rows of one hour or of many: exact, whatever their number. */
export function meterQuantity(rows: Iterable<RollupRow>, meter: Omit<Meter, 'name'>): bigint {
  let sum = 0n;
  for (const row of rows) {
    const matches =
      (meter.model === undefined || meter.model === row.model) &&
      (meter.hardware === undefined || meter.hardware === row.hardware);
    if (matches) sum += BigInt(row.units[meter.unit]);
  }
  return sum;
}
