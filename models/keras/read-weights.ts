import * as z from 'zod';

const quantised = { uint8: Uint8Array, uint16: Uint16Array };

/** A tensor's place in the weights: they lie one behind the other, in this order. */
const weightSpec = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.literal('float32'),
  /** Stored as integers, of which each stands for `integer * scale + min`. */
  quantization: z.exactOptional(z.object({ min: z.number(), scale: z.number(), dtype: z.enum(['uint8', 'uint16']) })),
});

export const weightSpecsSchema = z.array(weightSpec);

/** A weight tensor of a Keras layer, in Keras' order of dimensions. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Reads the weights of a model of TensorFlow.js, quantised or not; quantised ones are multiplied out as TensorFlow.js does it.
 *
 * @param bytes the shards, one behind the other
 * @throws Error when there are fewer or more bytes than the tensors take
 * @see https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/io_utils.ts `decodeWeights`
 */
export function readWeights(specs: z.infer<typeof weightSpecsSchema>, bytes: Uint8Array): Map<string, Weight> {
  const weights = new Map<string, Weight>();
  let at = 0;
  for (const { name, shape, quantization } of specs) {
    const count = shape.reduce((product, size) => product * size, 1);
    const stored = quantization === undefined ? Float32Array : quantised[quantization.dtype];
    const end = at + count * stored.BYTES_PER_ELEMENT;
    if (end > bytes.length) throw new Error(`the weights end at byte ${bytes.length}, within ${name}`);
    // Copied, so that the elements are aligned.
    const values = new stored(Uint8Array.from(bytes.subarray(at, end)).buffer);
    const { scale = 1, min = 0 } = quantization ?? {};
    weights.set(name, {
      shape,
      data: values instanceof Float32Array ? values : Float32Array.from(values, (value) => value * scale + min),
    });
    at = end;
  }
  if (at !== bytes.length) throw new Error(`the weights have ${bytes.length} bytes, the tensors take ${at}`);
  return weights;
}
