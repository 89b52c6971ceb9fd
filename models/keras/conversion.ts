import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import type { KerasLayer } from './layers-model.ts';
import type { Weight } from './read-weights.ts';

/** Rows and columns of zeros around a picture. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/**
 * What a Keras layer gives, in the graph. A picture is `[height, width, channels]` to Keras and `[channels, height, width]` in the graph,
 * as the kernels of ONNX Runtime take it.
 */
export interface KerasTensor {
  /** Name of the value in the graph. */
  readonly value: string;
  /** In Keras' order, without the batch. */
  readonly shape: readonly number[];
  /** Zeros that belong around the picture (`shape` counts them) and are not there yet: a convolution brings them itself. */
  readonly padding?: Padding;
}

/** A factor and a summand for each channel: what is left of batch normalisation once nothing is trained any more. */
export interface ChannelScale {
  readonly factor: Float32Array;
  readonly summand: Float32Array;
}

/** What a layer's conversion has at hand. */
export interface Conversion {
  readonly graph: OnnxGraph;
  readonly layer: KerasLayer;
  readonly inputs: readonly KerasTensor[];
  /** The layer's weight by its last name, such as `kernel`. @throws Error when there is none */
  readonly weight: (name: string) => Weight;
  /** The batch normalisation that is all that uses this layer's output, for the layer to take in: it is then left out of the graph. */
  readonly takeNormalisation: () => ChannelScale | undefined;
}

/** Converts one layer of a kind. */
export type ConvertLayer = (conversion: Conversion) => KerasTensor;
