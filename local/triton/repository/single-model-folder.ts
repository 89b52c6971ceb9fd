import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TritonError } from '../triton-error.ts';

/**
 * The folder of the model that a container for one model serves: the only one, or the one that is asked for by name.
 *
 * @param directory where SageMaker unpacked the archive, whose top level holds the folders of models
 * @param name `SAGEMAKER_TRITON_DEFAULT_MODEL_NAME`
 * @throws {TritonError}
 * @see https://github.com/triton-inference-server/server/blob/main/docker/sagemaker/serve
 */
export async function singleModelFolder(directory: string, name: string | undefined): Promise<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw new TritonError('NOT_FOUND', `cannot read the model directory: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
    });
  });
  if (entries.some((entry) => entry.name === 'config.pbtxt')) {
    throw new TritonError(
      'INVALID_ARG',
      'Incorrect directory structure. Model directory needs to contain the top level folder, not config.pbtxt itself',
    );
  }
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (name !== undefined && name !== '') {
    if (!folders.includes(name)) throw new TritonError('NOT_FOUND', `no model directory '${name}' found`);
    return join(directory, name);
  }
  const [only, ...others] = folders;
  if (only === undefined) throw new TritonError('NOT_FOUND', 'No model directories found');
  if (others.length > 0) {
    throw new TritonError(
      'INVALID_ARG',
      `More than one model directory found (${folders.toSorted().join(', ')}). Set SAGEMAKER_TRITON_DEFAULT_MODEL_NAME`,
    );
  }
  return join(directory, only);
}
