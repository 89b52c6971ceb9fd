import * as z from 'zod';
import type { KerasLayer } from './layers-model.ts';

/**
 * A layer's settings, those that matter to its conversion; others, as those for training, are passed over.
 *
 * @throws Error naming the layer, when a setting has a value that is not converted
 */
export function settings<T extends z.ZodType>({ class_name, config }: KerasLayer, schema: T): z.infer<T> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${class_name} ${config.name} has settings that are not converted:\n${z.prettifyError(parsed.error)}`,
  );
}
