import * as z from 'zod/mini';
import { decimalPattern } from '../billing/money/decimal-pattern.ts';

const count = z.int().check(z.minimum(1), z.maximum(1_000_000_000_000));
const unitLimits = z.strictObject({
  requests: z.optional(count),
  items: z.optional(count),
  images: z.optional(count),
  tokens: z.optional(count),
});
/** A GCRA's numbers are nanoseconds of time: above this a unit would cost less than one. */
const rate = z.int().check(z.minimum(1), z.maximum(1_000_000_000));
const rates = z.strictObject({
  requests: z.optional(rate),
  items: z.optional(rate),
  images: z.optional(rate),
  tokens: z.optional(rate),
});
/** Each running request has a place of some 60 bytes in one item. */
const concurrent = z.int().check(z.minimum(1), z.maximum(1_000));

/** Limits as settings and environment state them. */
export const limitsSchema = z.strictObject({
  perMonth: z.optional(unitLimits),
  perMinute: z.optional(rates),
  concurrent: z.optional(concurrent),
});

/** Limits of one tenant, over its plan's: a number instead of it, null for none. */
export const limitOverridesSchema = z.strictObject({
  perMonth: z.optional(
    z.strictObject({
      requests: z.optional(z.nullable(count)),
      items: z.optional(z.nullable(count)),
      images: z.optional(z.nullable(count)),
      tokens: z.optional(z.nullable(count)),
    }),
  ),
  perMinute: z.optional(
    z.strictObject({
      requests: z.optional(z.nullable(rate)),
      items: z.optional(z.nullable(rate)),
      images: z.optional(z.nullable(rate)),
      tokens: z.optional(z.nullable(rate)),
    }),
  ),
  concurrent: z.optional(z.nullable(concurrent)),
  /** An amount in the currency of the price books. */
  spend: z.optional(
    z.nullable(z.string().check(z.regex(decimalPattern, 'an amount as decimal text, such as "100.00"'))),
  ),
});
