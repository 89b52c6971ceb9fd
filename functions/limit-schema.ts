import * as z from 'zod/mini';

/** How many things a page is to have, as a query says it: a number from 1 on. */
export const limitSchema = (max: number, byDefault: number) =>
  z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,3}$/, `a number from 1 to ${max}`)),
      z.pipe(z.transform(Number), z.int().check(z.minimum(1), z.maximum(max))),
    ),
    byDefault,
  );
