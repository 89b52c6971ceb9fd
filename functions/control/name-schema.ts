import * as z from 'zod/mini';

/**
 * A name that people give to a tenant or a key: any script, on one line. Marks that turn the direction of what follows are refused: in a
 * table they would make one name look like another.
 */
export const nameSchema = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(100),
    z.regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]*$/u, 'control characters are not allowed'),
  );
