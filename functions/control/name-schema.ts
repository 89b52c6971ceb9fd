import * as z from 'zod/mini';

/** A name that people give to a tenant or a key: any script, on one line. */
export const nameSchema = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(100),
    z.regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u, 'control characters are not allowed'),
  );
