import { timingSafeEqual } from 'node:crypto';

/** Compares secrets in a time that does not depend on where they differ. */
export const equalText = (left: string, right: string): boolean => {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
};
