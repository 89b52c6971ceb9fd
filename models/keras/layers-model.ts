import * as z from 'zod';

/** A layer as Keras writes it; `config` is the layer's own affair. */
const layer = z.object({
  class_name: z.string(),
  /** Absent in sequential models of some versions, where only `config` has it. */
  name: z.optional(z.string()),
  config: z.looseObject({ name: z.string() }),
  /** For each use of the layer: for each input, the layer that gives it, which of its uses, which of its outputs, arguments. */
  inbound_nodes: z.optional(z.array(z.array(z.tuple([z.string(), z.int(), z.int()], z.unknown())))),
});

const endpoints = z.array(z.tuple([z.string(), z.int(), z.int()]));
const functional = z.object({
  class_name: z.enum(['Model', 'Functional']),
  config: z.object({ layers: z.array(layer), input_layers: endpoints, output_layers: endpoints }),
});
const sequential = z.object({
  class_name: z.literal('Sequential'),
  // A bare array until Keras 2.2.
  config: z.union([z.array(layer), z.object({ layers: z.array(layer) })]),
});
const network = z.discriminatedUnion('class_name', [functional, sequential]);

/** The topology of a Keras model in the form of TensorFlow.js: as its converter writes it, or as TensorFlow.js itself does. */
export const layersModelSchema = z.union([
  z.object({ model_config: network }).transform((of) => of.model_config),
  network,
]);

export type LayersModel = z.infer<typeof layersModelSchema>;
export type KerasLayer = z.infer<typeof layer>;
