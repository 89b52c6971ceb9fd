import type { ModelVersion } from '../../catalog/model-version.ts';

interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** The protocol's model metadata; -1 stands for a dimension of any length. */
export interface ModelMetadata {
  readonly name: string;
  /** Those that serve, newest first. */
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

/** What `GET /v2/models/{model}` answers. The platform is the one that the specification lists for ONNX. */
export const modelMetadata = (version: ModelVersion, versions: readonly ModelVersion[]): ModelMetadata => ({
  name: version.model,
  versions: versions.filter(({ state }) => state === 'READY').map((each) => each.version),
  platform: 'onnx_onnxv1',
  inputs: version.manifest.inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
  outputs: version.manifest.outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
});
