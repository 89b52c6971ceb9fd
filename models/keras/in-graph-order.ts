/** A Keras tensor's shape as it is in the graph: of a picture the channels first, of anything else the same. Without the batch. */
export function inGraphOrder(shape: readonly number[]): readonly number[] {
  const [height, width, channels, ...others] = shape;
  if (height === undefined || width === undefined || channels === undefined || others.length > 0) return shape;
  return [channels, height, width];
}
