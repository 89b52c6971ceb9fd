import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../core/catalog/manifest.ts';
import { manifestFiles } from '../../core/catalog/manifest-files.ts';
import { modelArchive } from '../../core/catalog/triton/model-archive.ts';
import { buildCache } from '../constructs/build-cache.ts';
import { buildOnce } from '../constructs/build-once.ts';
import { repositoryRoot } from '../constructs/repository-root.ts';

/** What decides the archive's bytes besides the model. */
const makers = join(repositoryRoot, 'core', 'catalog', 'triton');

/**
 * Path of the archive that SageMaker loads a model from. It is made once for the same model by the same code: packing the 100 MB of
 * a ResNet-50 takes seconds.
 *
 * @param folder with the model's files
 * @throws when one of the files is missing
 */
export async function modelArchiveFile(folder: string, manifest: Manifest): Promise<string> {
  const files = new Map(manifestFiles(manifest).map((name) => [name, read(folder, name, manifest.name)]));
  const hash = createHash('sha256').update(JSON.stringify(manifest));
  for (const [name, bytes] of files) hash.update(`\n${name} ${bytes.length}\n`).update(bytes);
  for (const name of readdirSync(makers).sort()) hash.update(readFileSync(join(makers, name)));
  const build = `model-archive-${manifest.name}-${hash.digest('hex').slice(0, 16)}`;
  const file = `${manifest.name}.tar.gz`;
  if (!existsSync(join(buildCache, build))) {
    const archive = await modelArchive(manifest, files);
    buildOnce(build, (draft) => writeFileSync(join(draft, file), archive));
  }
  return join(buildCache, build, file);
}

function read(folder: string, name: string, model: string): Uint8Array {
  try {
    return readFileSync(join(folder, name));
  } catch (cause) {
    throw new Error(
      `the model ${model} has no ${name} in ${folder}; if it is built and not kept in git: npx node models/build.ts ${model}`,
      { cause },
    );
  }
}
