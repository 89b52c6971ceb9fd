import type { Elements } from './json-array.ts';

/**
 * The largest values of one row as the classification extension writes them, `value:index[:label]`, largest first; floating point
 * with six digits behind the point.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md
 */
export function topClasses(
  row: Exclude<Elements, readonly string[]>,
  count: number,
  labels: readonly string[],
): string[] {
  const floating = row instanceof Float32Array || row instanceof Float64Array;
  const order = Array.from(row.keys()).sort((a, b) => {
    const [left = 0, right = 0] = [row[a], row[b]];
    return left === right ? a - b : left > right ? -1 : 1;
  });
  return order.slice(0, count).map((index) => {
    const value = row[index] ?? 0;
    const text = floating ? Number(value).toFixed(6) : String(value);
    const label = labels[index];
    return label === undefined ? `${text}:${index}` : `${text}:${index}:${label}`;
  });
}
