import { NotFoundError } from '../api/maas-error.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { modelNamePattern } from '../catalog/model-name-pattern.ts';
import type { ModelVersion } from '../catalog/model-version.ts';
import { versionPattern } from '../catalog/version-pattern.ts';
import { quoted } from '../tensor/quoted.ts';

/**
 * The version of a model that serves: the one asked for, or the live one. Names that no model can have never reach the registry.
 *
 * @throws {NotFoundError} in the words that Open Inference clients look for
 */
export async function findModel(catalog: Catalog, model: string, version?: string): Promise<ModelVersion> {
  const possible = modelNamePattern.test(model) && (version === undefined || versionPattern.test(version));
  const found = possible ? await catalog.find(model, version) : undefined;
  if (found?.state === 'READY') return found;
  const what = version === undefined ? quoted(model) : `${quoted(model)} version ${quoted(version)}`;
  throw new NotFoundError(
    `Request for unknown model: ${what} ${found === undefined ? 'is not found' : 'is not at ready state'}`,
  );
}
