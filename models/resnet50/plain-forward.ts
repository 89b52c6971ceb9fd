import type { Initializer } from '../onnx/read-initializers.ts';
import type { Architecture } from './architecture.ts';

/** Square feature maps, one after the other, row by row. */
interface Planes {
  readonly channels: number;
  readonly size: number;
  readonly data: Float64Array;
}

/**
 * The network's logits for one picture, in plain loops and double precision: no operator of ONNX Runtime and nothing of the graph has a
 * part in it, so that it can tell whether both are right. ResNet-50 takes some ten seconds.
 *
 * @param picture `[3, size, size]`
 * @param weights of the artifact, by name
 * @throws Error when the artifact is another network
 */
export function plainForward(
  { imageSize, stages }: Architecture,
  weights: ReadonlyMap<string, Initializer>,
  picture: Float32Array,
): Float64Array {
  const tensor = (name: string): Initializer => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`the artifact has no ${name}: it is not the network that build.ts makes`);
    return found;
  };
  const convolved = (input: Planes, name: string, stride: number): Planes =>
    convolve(input, tensor(`${name}/weight`), tensor(`${name}/bias`).data, stride);

  let planes = relu(convolved({ channels: 3, size: imageSize, data: Float64Array.from(picture) }, 'stem', 2));
  planes = maxPool(planes);
  for (const [stage, { blocks }] of stages.entries()) {
    for (let index = 0; index < blocks; index++) {
      const block = `stage${stage + 1}/block${index + 1}`;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const narrow = relu(convolved(planes, `${block}/conv1`, 1));
      const spatial = relu(convolved(narrow, `${block}/conv2`, stride));
      const branch = convolved(spatial, `${block}/conv3`, 1);
      const shortcut = index === 0 ? convolved(planes, `${block}/shortcut`, stride) : planes;
      planes = relu({ ...branch, data: branch.data.map((value, at) => value + (shortcut.data[at] ?? 0)) });
    }
  }
  const features = meanOfEach(planes);
  const weight = tensor('classifier/weight').data;
  return Float64Array.from(tensor('classifier/bias').data, (bias, unit) =>
    features.reduce((sum, feature, at) => sum + feature * (weight[unit * features.length + at] ?? 0), bias),
  );
}

/** A convolution with an odd kernel, padded so that stride 1 keeps the size. */
function convolve(input: Planes, { dims, data: weight }: Initializer, bias: Float32Array, stride: number): Planes {
  const [channels = 0, channelsIn = 0, kernel = 0] = dims;
  const padding = (kernel - 1) / 2;
  const size = Math.ceil(input.size / stride);
  const data = new Float64Array(channels * size * size);
  for (let out = 0; out < channels; out++) {
    const plane = data.subarray(out * size * size, (out + 1) * size * size).fill(bias[out] ?? 0);
    for (let tap = 0; tap < channelsIn * kernel * kernel; tap++) {
      const factor = weight[out * channelsIn * kernel * kernel + tap] ?? 0;
      const from = input.data.subarray(Math.floor(tap / (kernel * kernel)) * input.size ** 2);
      const top = (Math.floor(tap / kernel) % kernel) - padding;
      const left = (tap % kernel) - padding;
      // The outputs whose tap lies within the picture.
      const xMin = Math.ceil(Math.max(0, -left) / stride);
      const xMax = Math.min(size - 1, Math.floor((input.size - 1 - left) / stride));
      for (let y = 0; y < size; y++) {
        const yIn = y * stride + top;
        if (yIn < 0 || yIn >= input.size) continue;
        for (let x = xMin; x <= xMax; x++) {
          const at = y * size + x;
          plane[at] = (plane[at] ?? 0) + factor * (from[yIn * input.size + x * stride + left] ?? 0);
        }
      }
    }
  }
  return { channels, size, data };
}

const relu = (planes: Planes): Planes => ({ ...planes, data: planes.data.map((value) => Math.max(0, value)) });

/** The largest of 3x3, at every second place. */
function maxPool({ channels, size, data }: Planes): Planes {
  const half = Math.ceil(size / 2);
  const pooled = new Float64Array(channels * half * half);
  for (let at = 0; at < pooled.length; at++) {
    const plane = data.subarray(Math.floor(at / (half * half)) * size * size);
    const [y, x] = [(Math.floor(at / half) % half) * 2, (at % half) * 2];
    let largest = Number.NEGATIVE_INFINITY;
    for (let yIn = Math.max(0, y - 1); yIn <= Math.min(size - 1, y + 1); yIn++) {
      for (let xIn = Math.max(0, x - 1); xIn <= Math.min(size - 1, x + 1); xIn++) {
        largest = Math.max(largest, plane[yIn * size + xIn] ?? Number.NaN);
      }
    }
    pooled[at] = largest;
  }
  return { channels, size: half, data: pooled };
}

function meanOfEach({ channels, size, data }: Planes): Float64Array {
  const area = size * size;
  return Float64Array.from({ length: channels }, (_, channel) => {
    const plane = data.subarray(channel * area, (channel + 1) * area);
    return plane.reduce((sum, value) => sum + value, 0) / area;
  });
}
