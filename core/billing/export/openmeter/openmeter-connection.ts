import * as z from 'zod/mini';
import { apiBaseSchema } from '../api-base.ts';
import type { ConnectionKind } from '../connection-kind.ts';

const openMeterConnectionSchema = z.strictObject({
  /** Where its API is, without `/api/v1`. */
  apiBase: apiBaseSchema,
  token: z.string().check(z.regex(/^[\x21-\x7e]{8,1000}$/, '8 to 1,000 visible ASCII characters')),
});

/** OpenMeter, its own service or one that the platform team runs. */
export const openMeterConnection = {
  connection: openMeterConnectionSchema,
  secrets: ['token'],
  pendingHoursMax: 24,
  link: z.strictObject({
    /** What the customer is called there. */
    subject: z.string().check(z.regex(/^[\x21-\x7e]{1,200}$/, '1 to 200 visible ASCII characters')),
  }),
} as const satisfies ConnectionKind;

export type OpenMeterSettings = Omit<z.infer<typeof openMeterConnectionSchema>, 'token'>;
