/**
 * Product of the dimensions. Infinity once it passes 2^53, so that comparing it with a limit is always sound; nothing is allocated before
 * that comparison.
 */
export function elementCount(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  }
  return count;
}
