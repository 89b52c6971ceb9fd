import '@tensorflow/tfjs-backend-cpu';
import { type io, type Tensor as TfTensor, tensor } from '@tensorflow/tfjs-core';
import {
  model as functional,
  input as kerasInput,
  type LayersModel,
  layers,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import onnxProto from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { uniform } from '../../../core/tensor/uniform.ts';
import { kerasToOnnx } from '../../../models/keras/keras-to-onnx.ts';
import { readWeights, weightSpecsSchema } from '../../../models/keras/read-weights.ts';

/** Reproducible weights: TensorFlow.js draws its own from Math.random. Positive, since some are variances. */
function setWeights(model: LayersModel): void {
  model.setWeights(
    model.getWeights().map((weight, at) => {
      const values = uniform(at + 1, weight.size).map((value) => value * 0.8 + 0.1 - (weight.rank > 1 ? 0.5 : 0));
      return tensor(values, weight.shape);
    }),
  );
}

/** What TensorFlow.js saves of a model. */
async function saved(model: LayersModel): Promise<io.ModelArtifacts> {
  let artifacts: io.ModelArtifacts | undefined;
  await model.save({
    save: async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  if (artifacts === undefined) throw new Error('nothing was saved');
  return artifacts;
}

const names = { graph: 'test', input: 'in', output: 'out' };

async function converted(model: LayersModel): Promise<Uint8Array> {
  const { modelTopology, weightSpecs, weightData } = await saved(model);
  const bytes = new Uint8Array(weightData as ArrayBuffer);
  return kerasToOnnx(modelTopology, readWeights(weightSpecsSchema.parse(weightSpecs), bytes), names).encode();
}

/** Channels from last to first, of each row. */
function channelsFirst(data: Float32Array, [height, width, channels]: readonly number[]): Float32Array {
  const area = (height ?? 0) * (width ?? 0);
  const count = channels ?? 0;
  return data.map((_, to) => {
    const row = Math.floor(to / (area * count)) * area * count;
    const [channel, pixel] = [Math.floor(to / area) % count, to % area];
    return data[row + pixel * count + channel] ?? Number.NaN;
  });
}

/** Both give the same for two rows, by TensorFlow.js and, after conversion, by ONNX Runtime. */
async function expectSame(model: LayersModel): Promise<void> {
  setWeights(model);
  const shape = (model.inputs[0]?.shape.slice(1) ?? []) as number[];
  const data = uniform(99, 2 * shape.reduce((product, size) => product * size, 1)).map((value) => value * 4 - 2);
  const answer = model.predict(tensor(data, [2, ...shape])) as TfTensor;
  const inOrder = (values: Float32Array, of: readonly number[]): Float32Array =>
    of.length === 3 ? channelsFirst(values, of) : values;

  const session = await InferenceSession.create(await converted(model), { intraOpNumThreads: 1 });
  const graphShape = shape.length === 3 ? [shape[2], shape[0], shape[1]] : shape;
  const feed = new Tensor('float32', inOrder(data, shape), [2, ...(graphShape as number[])]);
  const { out } = await session.run({ in: feed });
  const expected = inOrder(answer.dataSync<'float32'>(), answer.shape.slice(1));
  const values = out?.data as Float32Array;
  expect(values).toHaveLength(expected.length);
  for (const [at, value] of values.entries()) {
    expect(Math.abs(value - (expected[at] ?? Number.NaN))).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
  }
}

const picture = (): SymbolicTensor => kerasInput({ shape: [7, 6, 3], name: 'picture' });
const through = (...chain: { apply(input: SymbolicTensor): unknown }[]): LayersModel => {
  const inputs = picture();
  const outputs = chain.reduce((value, layer) => layer.apply(value) as SymbolicTensor, inputs);
  return functional({ inputs, outputs });
};

describe('a converted layer gives what TensorFlow.js gives:', () => {
  const size = [2, 3] as [number, number];
  const cases: [string, () => LayersModel][] = [
    ['Conv2D, valid', () => through(layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'valid' }))],
    [
      'Conv2D, same with stride',
      () => through(layers.conv2d({ filters: 4, kernelSize: size, strides: 2, padding: 'same' })),
    ],
    ['Conv2D, dilated', () => through(layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, padding: 'same' }))],
    [
      'Conv2D without bias',
      () => through(layers.conv2d({ filters: 2, kernelSize: 1, useBias: false, activation: 'relu' })),
    ],
    ['DepthwiseConv2D', () => through(layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 2 }))],
    [
      'ZeroPadding2D alone',
      () =>
        through(
          layers.zeroPadding2d({
            padding: [
              [1, 2],
              [3, 0],
            ],
          }),
        ),
    ],
    [
      'ZeroPadding2D before a convolution',
      () =>
        through(
          layers.zeroPadding2d({
            padding: [
              [0, 1],
              [2, 1],
            ],
          }),
          layers.conv2d({ filters: 2, kernelSize: 3, strides: 2 }),
        ),
    ],
    [
      'ZeroPadding2D before pooling',
      () => through(layers.zeroPadding2d({ padding: 1 }), layers.averagePooling2d({ poolSize: 2 })),
    ],
    [
      'BatchNormalization after a convolution',
      () => through(layers.conv2d({ filters: 4, kernelSize: 3 }), layers.batchNormalization({ epsilon: 0.01 })),
    ],
    [
      'BatchNormalization after a depthwise one',
      () =>
        through(layers.depthwiseConv2d({ kernelSize: 2, useBias: false }), layers.batchNormalization({ scale: false })),
    ],
    [
      'BatchNormalization after an activation',
      () =>
        through(
          layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
          layers.batchNormalization({ center: false }),
        ),
    ],
    ['ReLU', () => through(layers.reLU())],
    ['ReLU up to 6', () => through(layers.conv2d({ filters: 9, kernelSize: 3 }), layers.reLU({ maxValue: 1.5 }))],
    ['Activation sigmoid', () => through(layers.activation({ activation: 'sigmoid' }))],
    ['Activation tanh', () => through(layers.activation({ activation: 'tanh' }))],
    ['Softmax over the channels', () => through(layers.softmax({ axis: -1 }))],
    ['MaxPooling2D, same', () => through(layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }))],
    ['AveragePooling2D, valid', () => through(layers.averagePooling2d({ poolSize: size, strides: 1 }))],
    ['AveragePooling2D, same', () => through(layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }))],
    ['GlobalAveragePooling2D', () => through(layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }))],
    ['Flatten of a picture', () => through(layers.flatten(), layers.dense({ units: 4, activation: 'softmax' }))],
    [
      'Reshape to a picture',
      () => through(layers.reshape({ targetShape: [3, -1, 7] }), layers.conv2d({ filters: 2, kernelSize: 2 })),
    ],
    [
      'Reshape to a list',
      () => through(layers.reshape({ targetShape: [126] }), layers.dense({ units: 3, useBias: false })),
    ],
    ['Dropout', () => through(layers.dropout({ rate: 0.5 }), layers.reLU())],
  ];
  test.each(cases)('%s', async (_, model) => expectSame(model()));
});

test('a layer that two others use is computed once, and is not folded away', async () => {
  const inputs = picture();
  const convolved = layers.conv2d({ filters: 3, kernelSize: 1 }).apply(inputs) as SymbolicTensor;
  const normalised = layers.batchNormalization().apply(convolved) as SymbolicTensor;
  const sum = layers.add().apply([convolved, normalised, inputs]) as SymbolicTensor;
  await expectSame(functional({ inputs, outputs: sum }));
});

test('a convolution whose own output is the model is not folded with what follows', async () => {
  const inputs = picture();
  const convolved = layers.conv2d({ filters: 3, kernelSize: 1 }).apply(inputs) as SymbolicTensor;
  await expectSame(functional({ inputs, outputs: convolved }));
});

test('a sequential model is converted, also one that begins with its first layer', async () => {
  const chain = () => [layers.flatten(), layers.dense({ units: 2 })];
  const first = layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [4, 4, 3] });
  await expectSame(sequential({ layers: [first, ...chain()] }));
  await expectSame(sequential({ layers: [layers.inputLayer({ inputShape: [4, 4, 3] }), ...chain()] }));
});

test('the graph says that a batch may have any size, and folds what can be folded', async () => {
  const model = through(
    layers.zeroPadding2d({ padding: 1 }),
    layers.conv2d({ filters: 4, kernelSize: 3 }),
    layers.batchNormalization(),
  );
  setWeights(model);
  const file = await converted(model);
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
  expect(session.inputMetadata).toMatchObject([{ name: 'in', shape: ['batch', 3, 7, 6] }]);
  expect(session.outputMetadata).toMatchObject([{ name: 'out', shape: ['batch', 4, 7, 6] }]);
  expect(onnxProto.onnx.ModelProto.decode(file).graph?.node?.map(({ opType }) => opType)).toEqual(['Conv']);
});

describe('what is not converted is an error that names the layer:', () => {
  test.each<[string, () => LayersModel, string]>([
    [
      'a kind',
      () => through(layers.upSampling2d({ name: 'larger' })),
      'UpSampling2D larger is a kind of layer that is not',
    ],
    [
      'an activation',
      () => through(layers.conv2d({ filters: 2, kernelSize: 1, activation: 'elu', name: 'c' })),
      'Conv2D c has settings',
    ],
    ['an axis', () => through(layers.softmax({ axis: 1, name: 'rows' })), 'Softmax rows has settings'],
    [
      'pooling of zeros',
      () => through(layers.zeroPadding2d({ padding: 1 }), layers.maxPooling2d({ poolSize: 2, name: 'p' })),
      'MaxPooling2D p comes after ZeroPadding2D',
    ],
    ['a dense layer of pictures', () => through(layers.dense({ units: 2, name: 'd' })), 'Dense d gets [7,6,3]'],
  ])('%s', async (_, model, words) => {
    await expect(converted(model())).rejects.toThrow(words);
  });

  test('a layer used twice, and two outputs', async () => {
    const inputs = picture();
    const shared = layers.conv2d({ filters: 3, kernelSize: 1, name: 'shared' });
    const twice = shared.apply(shared.apply(inputs) as SymbolicTensor) as SymbolicTensor;
    await expect(converted(functional({ inputs, outputs: twice }))).rejects.toThrow(
      'Conv2D shared is used more than once',
    );
    const other = layers.reLU().apply(inputs) as SymbolicTensor;
    const two = functional({ inputs, outputs: [other, layers.flatten().apply(other) as SymbolicTensor] });
    await expect(converted(two)).rejects.toThrow('1 inputs and 2 outputs');
  });
});
