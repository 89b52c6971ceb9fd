import * as z from 'zod/mini';
import { decimalPattern } from '../../money/decimal-pattern.ts';
import { picoUnits } from '../../money/pico-units.ts';
import type { ConnectionKind } from '../connection-kind.ts';
import { meterSchema } from '../meter.ts';

const dimensionName = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_.-]{1,60}$/, 'letters, digits, ".", "_" and "-", up to 60'));

/** A unit of use: one of the dimension for every `per` of it. */
const usageDimension = z.strictObject({
  dimension: dimensionName,
  unit: meterSchema.shape.unit,
  per: z.int().check(z.minimum(1), z.maximum(1_000_000_000_000)),
  model: meterSchema.shape.model,
  hardware: meterSchema.shape.hardware,
});

/** What the use costs by our own price book: one of the dimension for every `per` of it, in the book's currency. */
const costDimension = z.strictObject({
  dimension: dimensionName,
  cost: z.literal(true),
  per: z
    .string()
    .check(
      z.refine((text) => decimalPattern.test(text) && picoUnits(text) > 0n, 'an amount above zero such as "0.01"'),
    ),
});

const marketplaceConnectionSchema = z.strictObject({
  /** What the product has there, and what each counts. */
  dimensions: z.array(z.union([usageDimension, costDimension])).check(
    z.minLength(1),
    z.maxLength(50),
    z.refine((all) => new Set(all.map(({ dimension }) => dimension)).size === all.length, 'each dimension once'),
  ),
});

/** AWS Marketplace. No secrets: it knows the platform by the role of the function. */
export const marketplaceConnection = {
  connection: marketplaceConnectionSchema,
  secrets: [],
  // It looks back for 24 hours; six are left to find out what is wrong.
  pendingHoursMax: 18,
  link: z.strictObject({
    account: z.string().check(z.regex(/^\d{12}$/, 'an AWS account, 12 digits')),
    license: z
      .string()
      .check(
        z.regex(
          /^arn:aws[a-z-]{0,20}:license-manager:[a-z0-9-]{0,30}:\d{12}:license[:/][A-Za-z0-9_-]{1,100}$/,
          'the ARN of a license, "arn:aws:license-manager::…:license:l-…"',
        ),
      ),
  }),
} as const satisfies ConnectionKind;

export type MarketplaceSettings = z.infer<typeof marketplaceConnectionSchema>;
export type MarketplaceDimension = MarketplaceSettings['dimensions'][number];
