import type { Conversion, KerasTensor } from './conversion.ts';

/**
 * The input of a layer that has one.
 *
 * @throws Error when it has none or several
 */
export function onlyInput({ layer, inputs }: Conversion): KerasTensor {
  const [input, ...others] = inputs;
  if (input !== undefined && others.length === 0) return input;
  throw new Error(`${layer.class_name} ${layer.config.name} has ${inputs.length} inputs instead of one`);
}
