import * as z from 'zod/mini';

const line = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(200),
    z.regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u, 'one line, without control characters'),
  );

/**
 * Who sends the invoices of a stage, as they say it: the name, and below it whatever the law and the bank ask for, an address, numbers of
 * registers and of taxes, an account. What that is differs from country to country, so these are lines and not fields.
 */
export const sellerSchema = z.strictObject({ name: line, lines: z._default(z.array(line).check(z.maxLength(12)), []) });

export type Seller = z.infer<typeof sellerSchema>;
