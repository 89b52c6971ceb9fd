import { OnnxGraph } from '../onnx/onnx-graph.ts';
import type { Architecture } from './architecture.ts';
import type { Weights } from './seeded-weights.ts';

/**
 * Sixteen blocks each add to what they are given. Were each as large as that, the last would give 256 times what the first took; with a
 * quarter, less than twice. Networks that are trained start the same way, at 0.
 */
const branchGain = 0.25;
/** Of biases, which batch normalisation would have left in a trained network. */
const biasGain = 0.1;
/** Brings the logits of a picture below 20, as those of trained networks are. */
const classifierGain = 0.5;

interface Convolution {
  readonly name: string;
  readonly channelsIn: number;
  readonly channelsOut: number;
  readonly size: number;
  readonly stride: number;
  readonly gain?: number;
}

/**
 * The network as a model: input `image` `[batch, 3, size, size]`, output `logits` `[batch, classes]`. Batch normalisation is folded into
 * the convolutions, as every runtime does when it loads a trained network: each has a bias instead.
 */
export function residualNetwork(
  { imageSize, stemChannels, stages, classes }: Architecture,
  weights: Weights,
): OnnxGraph {
  const graph = new OnnxGraph('resnet');
  const convolution = (
    input: string,
    { name, channelsIn, channelsOut, size, stride, gain = 1 }: Convolution,
  ): string => {
    const dims = [channelsOut, channelsIn, size, size];
    const weight = graph.initializer(`${name}/weight`, dims, weights(dims, gain));
    const bias = graph.initializer(`${name}/bias`, [channelsOut], weights([channelsOut], biasGain));
    const padding = (size - 1) / 2;
    return graph.node('Conv', {
      name,
      inputs: [input, weight, bias],
      attributes: { kernel_shape: [size, size], strides: [stride, stride], pads: [padding, padding, padding, padding] },
    });
  };
  const relu = (input: string): string => graph.node('Relu', { name: `${input}/relu`, inputs: [input] });

  const bottleneck = (input: string, block: string, channelsIn: number, channels: number, stride: number): string => {
    const channelsOut = 4 * channels;
    const narrow = { name: `${block}/conv1`, channelsIn, channelsOut: channels, size: 1, stride: 1 };
    const spatial = { name: `${block}/conv2`, channelsIn: channels, channelsOut: channels, size: 3, stride };
    const widen = { name: `${block}/conv3`, channelsIn: channels, channelsOut, size: 1, stride: 1, gain: branchGain };
    const branch = convolution(relu(convolution(relu(convolution(input, narrow)), spatial)), widen);
    const shortcut =
      channelsIn === channelsOut && stride === 1
        ? input
        : convolution(input, { name: `${block}/shortcut`, channelsIn, channelsOut, size: 1, stride });
    return relu(graph.node('Add', { name: `${block}/add`, inputs: [branch, shortcut] }));
  };

  const image = graph.input({ name: 'image', shape: [3, imageSize, imageSize] });
  const stem = relu(convolution(image, { name: 'stem', channelsIn: 3, channelsOut: stemChannels, size: 7, stride: 2 }));
  let value = graph.node('MaxPool', {
    name: 'stem/pool',
    inputs: [stem],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  });
  let channelsIn = stemChannels;
  for (const [stage, { channels, blocks }] of stages.entries()) {
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      value = bottleneck(value, `stage${stage + 1}/block${block + 1}`, channelsIn, channels, stride);
      channelsIn = 4 * channels;
    }
  }
  const pooled = graph.node('GlobalAveragePool', { name: 'pool', inputs: [value] });
  const features = graph.node('Flatten', { name: 'features', inputs: [pooled], attributes: { axis: { int: 1 } } });
  const dims = [classes, channelsIn];
  const weight = graph.initializer('classifier/weight', dims, weights(dims, classifierGain));
  const bias = graph.initializer('classifier/bias', [classes], weights([classes], biasGain));
  const logits = graph.node('Gemm', {
    name: 'classifier',
    inputs: [features, weight, bias],
    attributes: { transB: { int: 1 } },
  });
  graph.output({ name: 'logits', shape: [classes] }, logits);
  return graph;
}
