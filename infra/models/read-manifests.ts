import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Manifest, manifestSchema } from '../../core/catalog/manifest.ts';

/**
 * The manifests of a folder with one folder for each model, by the model's name.
 *
 * @throws when one is not as the schema wants it, or names another model than its folder
 */
export function readManifests(folder: string): ReadonlyMap<string, Manifest> {
  const manifests = new Map<string, Manifest>();
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name, 'model.json');
    if (!existsSync(file)) continue;
    const result = manifestSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!result.success) throw new Error(`wrong manifest ${file}:\n${z.prettifyError(result.error)}`);
    if (result.data.name !== name) throw new Error(`${file} names the model ${result.data.name}, its folder ${name}`);
    manifests.set(name, result.data);
  }
  return manifests;
}
