import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Manifest, manifestSchema } from '../core/catalog/manifest.ts';

/**
 * Reads a model's `model.json`.
 *
 * @throws Error when there is none, or it does not fit the schema
 */
export function readManifest(folder: string): Manifest {
  const file = join(folder, 'model.json');
  const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
