import * as z from 'zod/mini';
import { decimalPattern } from '../money/decimal-pattern.ts';
import { meterUnits } from './meter-units.ts';

const decimal = z
  .string()
  .check(z.regex(decimalPattern, 'a decimal number as text, such as "0.0004", with at most 12 digits after the point'));
const count = z.int().check(z.minimum(0));
const size = z.int().check(z.minimum(1));
const model = z.string().check(z.regex(/^(\*|[a-z0-9][a-z0-9-]{0,62})$/, 'a model name, or "*" for all other models'));
const hardware = z
  .string()
  .check(z.regex(/^(\*|[a-z0-9][a-z0-9.-]{0,62})$/, 'a hardware class such as lambda-cpu, or "*"'));

const tiers = z
  .array(
    z.strictObject({
      /** Last unit (or package, with `size`) of the tier; the last tier has none. */
      upTo: z.optional(size),
      price: decimal,
    }),
  )
  .check(z.minLength(1), z.maxLength(50));

/** How a quantity becomes an amount. With `size`, a started package of so many units counts as a whole one. */
const charge = z.discriminatedUnion('kind', [
  /** `price` for each unit. */
  z.strictObject({ kind: z.literal('flat'), price: decimal }),
  /** `price` for each started package. */
  z.strictObject({ kind: z.literal('package'), size, price: decimal }),
  /** Each unit at the price of the tier that it falls into. */
  z.strictObject({ kind: z.literal('graduated'), size: z.optional(size), tiers }),
  /** All units at the price of the tier that the last one reached. */
  z.strictObject({ kind: z.literal('volume'), size: z.optional(size), tiers }),
]);

/** What one unit costs of one model on one class of hardware. */
const price = z.strictObject({
  model,
  unit: z.enum(meterUnits),
  hardware: z._default(hardware, '*'),
  /** Units a month that cost nothing; they are taken off before the charge counts. */
  included: z._default(count, 0),
  charge,
});
const prices = z.array(price).check(z.maxLength(1000));

const terms = {
  /** What a month costs at least. */
  minimum: z.optional(decimal),
  /** An amount a month that is agreed on; usage above it costs `overageFactor` times as much. */
  commitment: z.optional(
    z.strictObject({
      amount: decimal,
      overageFactor: decimal,
      /** Whether a month with less usage is charged up to the amount. */
      trueUp: z.boolean(),
    }),
  ),
};

/**
 * `prices/price-book.json`: what everything costs. Amounts are text, since a JSON number could not hold most of them exactly. Once
 * published, a version never changes; what {@link ./check-price-book.ts} says of it beyond its shape is part of the format.
 */
export const priceBookSchema = z.strictObject({
  $schema: z.optional(z.string().check(z.maxLength(500))),
  version: z
    .string()
    .check(z.regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, 'lower-case letters, digits, points and hyphens, at most 40')),
  /** ISO 4217. */
  currency: z.string().check(z.regex(/^[A-Z]{3}$/, 'a currency of ISO 4217, such as EUR')),
  /** Hours from this one on are charged by it: the beginning of an hour, in UTC. */
  validFrom: z
    .string()
    .check(
      z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:00:00Z$/, 'the beginning of an hour in UTC, such as 2026-11-01T00:00:00Z'),
    ),
  prices,
  ...terms,
  /** What differs for the tenants of a plan. A price given here takes the place of all above for the models that it is for. */
  plans: z._default(
    z.record(
      z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'the name of a plan')),
      z.strictObject({ prices: z._default(prices, []), ...terms }),
    ),
    {},
  ),
});

export type PriceBook = z.infer<typeof priceBookSchema>;
export type Price = z.infer<typeof price>;
export type Charge = z.infer<typeof charge>;
export type Terms = Pick<PriceBook, 'minimum' | 'commitment'>;
