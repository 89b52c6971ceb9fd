import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileDigest } from './file-digest.ts';
import { readManifest } from './read-manifest.ts';
import { recordedDigest } from './recorded-digest.ts';
import { writeAtomically } from './write-atomically.ts';

/**
 * What `models/<name>/build.ts` exports under the name `build`: makes the artifact's bytes, the same on every machine.
 *
 * @param onProgress takes each step in words, as it begins
 */
export type Build = (onProgress: (step: string) => void) => Promise<Uint8Array>;

interface Options {
  /** Only look. */
  readonly check: boolean;
  readonly onProgress: (step: string) => void;
}

/**
 * Sees to it that a model's artifact is there and is the one whose digest is recorded. May run in several processes at once: each builds
 * the same bytes, and the last one's file takes the place of the others'.
 *
 * @param folder the model's, with `model.json`, `build.ts` and `<artifact>.sha256`
 * @returns what was found; anything but `right` was put right, unless `check`
 * @throws Error when what was built is something else
 */
export async function buildArtifact(
  folder: string,
  { check, onProgress }: Options,
): Promise<'right' | 'missing' | 'wrong'> {
  const artifact = join(folder, readManifest(folder).artifact);
  const expected = recordedDigest(artifact);
  const found = await fileDigest(artifact);
  if (found === expected) return 'right';
  const state = found === undefined ? 'missing' : 'wrong';
  if (check) return state;

  const { build } = (await import(pathToFileURL(join(folder, 'build.ts')).href)) as { readonly build: Build };
  const bytes = await build(onProgress);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== expected) {
    throw new Error(
      `what ${join(folder, 'build.ts')} makes has the SHA-256 ${digest}, but ${artifact}.sha256 wants ${expected}; ` +
        'if the weights were imported, import them again, else see what was changed',
    );
  }
  onProgress('writing the file');
  await writeAtomically(artifact, bytes);
  return state;
}
