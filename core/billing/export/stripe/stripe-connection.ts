import * as z from 'zod/mini';
import { apiBaseSchema } from '../api-base.ts';
import type { ConnectionKind } from '../connection-kind.ts';
import { meterSchema } from '../meter.ts';

// A colon separates the parts of an event's identifier.
const eventName = z.string().check(z.regex(/^[A-Za-z0-9_.-]{1,100}$/, 'letters, digits, ".", "_" and "-", up to 100'));

const stripeConnectionSchema = z.strictObject({
  apiKey: z.string().check(z.regex(/^(sk|rk)_[A-Za-z0-9_]{8,250}$/, 'a secret key "sk_…" or a restricted key "rk_…"')),
  webhookSecret: z.string().check(z.regex(/^whsec_[A-Za-z0-9+/=_-]{8,250}$/, 'a signing secret "whsec_…"')),
  /** What is counted under which of Stripe's event names. */
  meters: z.array(z.extend(meterSchema, { name: eventName })).check(
    z.minLength(1),
    z.maxLength(50),
    z.refine((meters) => new Set(meters.map(({ name }) => name)).size === meters.length, 'each name once'),
  ),
  /** Something else than Stripe itself. */
  apiBase: z.optional(
    apiBaseSchema.check(
      z.refine((base) => URL.canParse(base) && new URL(base).pathname === '/', 'a URL without a path'),
    ),
  ),
});

/** The Stripe account of the platform team. */
export const stripeConnection = {
  connection: stripeConnectionSchema,
  secrets: ['apiKey', 'webhookSecret'],
  // Stripe knows an identifier for a day: what waits longer is told without that net, and by then somebody should look.
  pendingHoursMax: 24,
  readElsewhere: ['webhookSecret'],
  link: z.strictObject({
    customer: z.string().check(z.regex(/^cus_[A-Za-z0-9_]{1,250}$/, 'the id of a customer, "cus_…"')),
  }),
} as const satisfies ConnectionKind;

export type StripeSettings = Omit<z.infer<typeof stripeConnectionSchema>, (typeof stripeConnection.secrets)[number]>;
