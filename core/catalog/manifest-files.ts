import type { Manifest } from './manifest.ts';

/** The files that a manifest names and a version must bring: the artifact, and the vocabulary of a text model. */
export function manifestFiles({ artifact, preprocessing }: Manifest): readonly string[] {
  return preprocessing?.kind === 'text' ? [...new Set([artifact, preprocessing.vocabulary])] : [artifact];
}
