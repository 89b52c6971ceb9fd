import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { singleModelFolder } from './single-model-folder.ts';

/**
 * The folder of the model in what SageMaker unpacked for a multi-model endpoint: that folder itself when `config.pbtxt` is at its
 * root, else its only subfolder.
 *
 * @throws {TritonError}
 */
export async function multiModelFolder(url: string): Promise<string> {
  if ((await stat(join(url, 'config.pbtxt')).catch(() => undefined)) !== undefined) return url;
  return singleModelFolder(url, undefined);
}
