import type { ConvertLayer } from '../conversion.ts';
import { onlyInput } from '../only-input.ts';
import { activation, softmax } from './activation.ts';
import { add } from './add.ts';
import { batchNormalization } from './batch-normalization.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { flatten } from './flatten.ts';
import { globalAveragePooling2d } from './global-average-pooling2d.ts';
import { pooling2d } from './pooling2d.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { zeroPadding2d } from './zero-padding2d.ts';

const maxPooling2d = pooling2d('MaxPool');

/** The kinds of layers that are converted, by Keras' names. */
export const layers: Readonly<Record<string, ConvertLayer>> = {
  Activation: activation,
  Add: add,
  AveragePooling2D: pooling2d('AveragePool'),
  BatchNormalization: batchNormalization,
  Conv2D: conv2d,
  Dense: dense,
  DepthwiseConv2D: depthwiseConv2d,
  // Does something in training only.
  Dropout: onlyInput,
  Flatten: flatten,
  GlobalAveragePooling2D: globalAveragePooling2d,
  MaxPooling2D: maxPooling2d,
  ReLU: relu,
  Reshape: reshape,
  Softmax: softmax,
  ZeroPadding2D: zeroPadding2d,
};

/** Layers that see to the zeros around their input themselves. */
export const layersThatPad: ReadonlySet<ConvertLayer> = new Set([conv2d, depthwiseConv2d, maxPooling2d]);
