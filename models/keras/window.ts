import * as z from 'zod';
import type { Padding } from './conversion.ts';

const pair = z.tuple([z.int().positive(), z.int().positive()]);

/** Settings of the layers that move a window over a picture; the window's own size has another name in each. */
export const windowSettings = z.object({
  strides: pair,
  padding: z.enum(['valid', 'same']),
  data_format: z.literal('channels_last').default('channels_last'),
});
export const windowSize = pair;

interface Window {
  /** Height and width. */
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly padding: 'valid' | 'same';
}

/**
 * Where a window goes on a picture.
 *
 * @returns height and width of what comes out, and the zeros that `same` adds: as many as needed for `size / stride` places, the odd
 *   one at bottom and right
 * @see https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
export function placeWindow(
  height: number,
  width: number,
  { size, strides, dilation = [1, 1], padding }: Window,
): { readonly height: number; readonly width: number; readonly padding: Padding } {
  const along = (length: number, axis: 0 | 1): { count: number; before: number; after: number } => {
    const reach = (size[axis] - 1) * dilation[axis] + 1;
    if (padding === 'valid') return { count: Math.floor((length - reach) / strides[axis]) + 1, before: 0, after: 0 };
    const count = Math.ceil(length / strides[axis]);
    const missing = Math.max(0, (count - 1) * strides[axis] + reach - length);
    return { count, before: Math.floor(missing / 2), after: Math.ceil(missing / 2) };
  };
  const [y, x] = [along(height, 0), along(width, 1)];
  return {
    height: y.count,
    width: x.count,
    padding: { top: y.before, left: x.before, bottom: y.after, right: x.after },
  };
}
