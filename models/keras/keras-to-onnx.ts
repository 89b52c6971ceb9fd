import * as z from 'zod';
import { OnnxGraph } from '../onnx/onnx-graph.ts';
import { channelScale } from './channel-scale.ts';
import type { Conversion, KerasTensor } from './conversion.ts';
import { inGraphOrder } from './in-graph-order.ts';
import { layers, layersThatPad } from './layers/layers.ts';
import { type KerasLayer, layersModelSchema } from './layers-model.ts';
import type { Weight } from './read-weights.ts';
import { modelSteps, type Step } from './steps.ts';
import { withPadding } from './with-padding.ts';

/** Names in the ONNX model. */
interface Names {
  readonly graph: string;
  readonly input: string;
  readonly output: string;
}

const inputShape = z.tuple([z.null()], z.int().positive());

/**
 * Converts a Keras model, functional or sequential, in the form of TensorFlow.js: one input, one output, the layers of picture networks.
 * A picture goes in as `[batch, channels, height, width]`, though Keras has the channels last: so do the other models of the catalogue,
 * and on a GPU as on a CPU the convolutions take it without a transposition. Batch normalisation is folded into convolutions, padding
 * becomes theirs, dropout is left out.
 *
 * @param topology the `modelTopology` of `model.json`
 * @throws Error naming the layer that is not converted
 */
export function kerasToOnnx(topology: unknown, weights: ReadonlyMap<string, Weight>, names: Names): OnnxGraph {
  const { steps, output } = modelSteps(layersModelSchema.parse(topology));
  const graph = new OnnxGraph(names.graph);
  const tensors = new Map<string, KerasTensor>();
  const folded = new Set<string>();
  const weightOf =
    ({ class_name, config }: KerasLayer) =>
    (name: string): Weight => {
      const found = weights.get(`${config.name}/${name}`);
      if (found === undefined) throw new Error(`${class_name} ${config.name} has no weight ${name}`);
      return found;
    };
  const users = (name: string): Step[] => steps.filter(({ from }) => from.includes(name));

  const tensorOf = (name: string): KerasTensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`the layer ${name} is named and not there`);
    return tensor;
  };
  const convert = ({ layer, from }: Step): KerasTensor => {
    const { name } = layer.config;
    if (folded.has(name)) return tensorOf(from[0] ?? '');
    const convertLayer = Object.hasOwn(layers, layer.class_name) ? layers[layer.class_name] : undefined;
    if (convertLayer === undefined) {
      throw new Error(
        `${layer.class_name} ${name} is a kind of layer that is not converted; these are: ${Object.keys(layers).join(', ')}`,
      );
    }
    const inputs = from.map(tensorOf);
    const conversion: Conversion = {
      graph,
      layer,
      inputs: layersThatPad.has(convertLayer)
        ? inputs
        : inputs.map((input, at) => withPadding(graph, input, `${name}/padded${at}`)),
      weight: weightOf(layer),
      takeNormalisation: () => {
        const [next, ...others] = users(name);
        if (next?.layer.class_name !== 'BatchNormalization' || others.length > 0 || name === output) return undefined;
        folded.add(next.layer.config.name);
        return channelScale(next.layer, weightOf(next.layer));
      },
    };
    return convertLayer(conversion);
  };

  for (const step of steps) {
    const { layer, from } = step;
    const { name } = layer.config;
    if (from.length > 0) {
      tensors.set(name, convert(step));
      continue;
    }
    const [, ...shape] = inputShape.parse(layer.config['batch_input_shape']);
    const input = { value: graph.input({ name: names.input, shape: inGraphOrder(shape) }), shape };
    // A sequential model may begin with its first layer, which then knows the shape of the input.
    const own = layer.class_name === 'InputLayer' ? name : names.input;
    tensors.set(own, input);
    if (own !== name) tensors.set(name, convert({ layer, from: [own] }));
  }
  const { value, shape } = withPadding(graph, tensorOf(output), 'output/padded');
  graph.output({ name: names.output, shape: inGraphOrder(shape) }, value);
  return graph;
}
