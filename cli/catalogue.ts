import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestSchema } from '../core/catalog/manifest.ts';

const models = fileURLToPath(new URL('../models', import.meta.url));

/** A folder of `models/` with a manifest in it. */
export interface CatalogueFolder {
  readonly folder: string;
  readonly target: 'lambda' | 'sagemaker';
}

/** The models that come with the platform, in the order of their names. */
export function catalogue(): readonly CatalogueFolder[] {
  return readdirSync(models, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(models, entry.name))
    .flatMap((folder) => {
      const text = manifestText(folder);
      return text === undefined ? [] : [{ folder, target: targetOf(text) }];
    })
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

function manifestText(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'model.json'), 'utf8');
  } catch {
    // A folder of scripts, not of a model.
    return undefined;
  }
}

const targetOf = (manifest: string): CatalogueFolder['target'] =>
  manifestSchema.shape.target.parse((JSON.parse(manifest) as { readonly target?: unknown }).target).kind;
