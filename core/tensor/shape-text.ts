const dimensionsMax = 8;

/** A shape as Open Inference writes it, `[-1,28,28,1]`; a longer one than any model has is cut. */
export const shapeText = (shape: readonly number[]): string =>
  shape.length > dimensionsMax ? `[${shape.slice(0, dimensionsMax).join(',')},…]` : `[${shape.join(',')}]`;
