import type { Weight } from './read-weights.ts';

/** A weight's elements with its dimensions in another order: dimension `i` of the result is `order[i]` of the weight. */
export function transposed({ shape, data }: Weight, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis] ?? 0);
  const steps = order.map((axis) => strides[axis] ?? 0);
  const result = new Float32Array(data.length);
  const index = order.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] ?? 0;
    // Counts up like a mileage: the last dimension first, each that is full goes back to 0 and takes the one before it along.
    for (let axis = order.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      index[axis] = next;
      if (next < (sizes[axis] ?? 0)) break;
      from -= next * (steps[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return result;
}
