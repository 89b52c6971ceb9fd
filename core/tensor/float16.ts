interface Float16Bits {
  readonly buffer: ArrayBuffer;
}
/** Of ECMAScript 2025, in Node 24; the compiler's library for 2024 does not know it yet. */
const { Float16Array } = globalThis as unknown as {
  Float16Array: new (
    values: readonly number[] | ArrayBuffer,
    byteOffset?: number,
    length?: number,
  ) => Float16Bits & Iterable<number>;
};

/** The nearest half-precision numbers, as the bits that an FP16 tensor carries. */
export const float16Bits = (values: readonly number[]): Uint16Array => new Uint16Array(new Float16Array(values).buffer);

/** The numbers in an FP16 tensor. */
export const float16Numbers = (bits: Uint16Array): number[] => [
  ...new Float16Array(bits.buffer as ArrayBuffer, bits.byteOffset, bits.length),
];
