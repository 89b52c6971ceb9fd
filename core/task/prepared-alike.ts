import { isDeepStrictEqual } from 'node:util';
import type { ModelVersion } from '../catalog/model-version.ts';

/** Whether raw content that was prepared for one version of a model is prepared for another one as well. */
export function preparedAlike(one: ModelVersion, other: ModelVersion): boolean {
  if (one === other) return true;
  const { preprocessing } = one.manifest;
  if (!isDeepStrictEqual(preprocessing, other.manifest.preprocessing)) return false;
  // The manifest names the vocabulary; what it says is in the file.
  return (
    preprocessing?.kind !== 'text' ||
    one.files[preprocessing.vocabulary]?.sha256 === other.files[preprocessing.vocabulary]?.sha256
  );
}
