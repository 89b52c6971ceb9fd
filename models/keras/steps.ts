import type { KerasLayer, LayersModel } from './layers-model.ts';

/** A layer of a model with the layers that it takes its input from. */
export interface Step {
  readonly layer: KerasLayer;
  readonly from: readonly string[];
}

/** A model's layers in the order in which they run, one input and one output. */
export interface Steps {
  readonly steps: readonly Step[];
  /** The layer whose output is the model's. */
  readonly output: string;
}

/**
 * Brings a model of either kind to one form.
 *
 * @throws Error for a layer that is used more than once, or several inputs or outputs
 */
export function modelSteps(model: LayersModel): Steps {
  if (model.class_name === 'Sequential') {
    const layers = Array.isArray(model.config) ? model.config : model.config.layers;
    const steps = layers.map((layer, at) => ({ layer, from: layers.slice(Math.max(0, at - 1), at).map(layerName) }));
    return { steps, output: layers.slice(-1).map(layerName)[0] ?? '' };
  }
  const { layers, input_layers, output_layers } = model.config;
  const [output, ...others] = output_layers;
  if (input_layers.length !== 1 || output === undefined || others.length > 0) {
    throw new Error(`the model has ${input_layers.length} inputs and ${output_layers.length} outputs instead of one`);
  }
  const steps = layers.map((layer) => {
    const [uses = [], ...again] = layer.inbound_nodes ?? [];
    if (again.length > 0) throw new Error(`${layer.class_name} ${layerName(layer)} is used more than once`);
    return { layer, from: uses.map(([from]) => from) };
  });
  return { steps: inOrder(steps), output: output[0] };
}

const layerName = ({ config }: KerasLayer): string => config.name;

/** Keras writes layers mostly, not always, in the order in which they run. */
function inOrder(steps: readonly Step[]): Step[] {
  const ordered: Step[] = [];
  const done = new Set<string>();
  let waiting = steps;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ from }) => from.every((name) => done.has(name)));
    if (ready.length === 0)
      throw new Error(`layers wait for each other: ${waiting.map(({ layer }) => layerName(layer)).join(', ')}`);
    for (const step of ready) done.add(layerName(step.layer));
    ordered.push(...ready);
    waiting = waiting.filter(({ layer }) => !done.has(layerName(layer)));
  }
  return ordered;
}
