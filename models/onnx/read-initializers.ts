import onnxProto from 'onnx-proto';

/** A constant of a model. */
export interface Initializer {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The FP32 constants of an ONNX file, by name. */
export function readInitializers(file: Uint8Array): Map<string, Initializer> {
  const { ModelProto, TensorProto } = onnxProto.onnx;
  const initializers = ModelProto.decode(file).graph?.initializer ?? [];
  return new Map(
    initializers.flatMap(({ name, dims, dataType, rawData }) => {
      if (dataType !== TensorProto.DataType.FLOAT || !rawData || !name) return [];
      // Copied, since in the file they lie where they happen to, and a Float32Array begins at a multiple of 4.
      const data = new Float32Array(Uint8Array.from(rawData).buffer);
      return [[name, { dims: (dims ?? []).map(Number), data }]];
    }),
  );
}
