import type { Datatype } from './datatype.ts';
import { elementCount } from './element-count.ts';
import { tensorFromBinary } from './from-binary.ts';
import type { Tensor, TensorData } from './tensor.ts';

/**
 * A tensor in the binary form that it came in, which is also the one that it may leave in: its bytes are handed on as they are, and its
 * elements are made only for whoever asks for them. Of 602 kB that saves the copy that they need where they do not lie aligned.
 */
export class BinaryTensor implements Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  #data: TensorData | undefined;

  /**
   * BOOL and BYTES are read at once, since theirs are the bytes that may be wrong.
   *
   * @param bytes of a fixed-width datatype, the caller has made sure, exactly as many as the shape asks for
   * @throws {InvalidInputError} as `tensorFromBinary`
   */
  constructor({ name, datatype, shape }: Omit<Tensor, 'data' | 'bytes'>, bytes: Uint8Array) {
    this.name = name;
    this.datatype = datatype;
    this.shape = shape;
    this.bytes = bytes;
    if (datatype === 'BOOL' || datatype === 'BYTES') this.#data = this.#read();
  }

  get data(): TensorData {
    this.#data ??= this.#read();
    return this.#data;
  }

  #read(): TensorData {
    const { name, datatype, shape } = this;
    return tensorFromBinary({ name, datatype, count: elementCount(shape) }, this.bytes);
  }
}
