import type { ConvertLayer } from '../conversion.ts';
import { pictureInput } from '../picture-input.ts';
import { settings } from '../settings.ts';
import { placeWindow, windowSettings, windowSize } from '../window.ts';

const poolingSettings = windowSettings.extend({ pool_size: windowSize });

/** https://github.com/microsoft/onnxruntime/pull/18136 makes the zeros part of the pooling, where they do not count. */
const why = 'ONNX Runtime (1.30) would pass over the zeros, so it is not converted';

/** The largest or the mean of each window. Zeros of the padding count for neither, in Keras as in ONNX. */
export const pooling2d =
  (operator: 'MaxPool' | 'AveragePool'): ConvertLayer =>
  (conversion) => {
    const { graph, layer } = conversion;
    const { pool_size, strides, padding } = settings(layer, poolingSettings);
    const { value, height, width, channels, padding: before } = pictureInput(conversion);
    if (before !== undefined)
      throw new Error(`${layer.class_name} ${layer.config.name} comes after ZeroPadding2D; ${why}`);
    const placed = placeWindow(height, width, { size: pool_size, strides, padding });
    const { top, left, bottom, right } = placed.padding;
    const pooled = graph.node(operator, {
      name: layer.config.name,
      inputs: [value],
      attributes: { kernel_shape: pool_size, strides, pads: [top, left, bottom, right] },
    });
    return { value: pooled, shape: [placed.height, placed.width, channels] };
  };
