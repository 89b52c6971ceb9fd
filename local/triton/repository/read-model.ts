import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ModelConfig, VersionPolicy } from '../config/model-config.ts';
import { readConfig } from '../config/read-config.ts';
import { PbtxtError } from '../pbtxt/pbtxt-error.ts';
import { TritonError } from '../triton-error.ts';
import type { ModelFiles } from './model-files.ts';

/** Far more than any configuration or list of classes has. */
const textBytesMax = 4_194_304;

/**
 * Reads the folder of a model: `config.pbtxt`, the files of labels, and which version serves: the highest that the version policy
 * allows, since requests through SageMaker cannot name another.
 *
 * @param mappedName what to call the model whatever its configuration says (multi-model endpoints); otherwise the configuration must
 * call it like its folder
 * @throws {TritonError}
 */
export async function readModel(folder: string, mappedName?: string): Promise<ModelFiles> {
  const name = mappedName ?? basename(folder);
  const text = await readText(folder, 'config.pbtxt', name);
  let read: ReturnType<typeof readConfig>;
  try {
    read = readConfig(text);
  } catch (error) {
    if (!(error instanceof PbtxtError)) throw error;
    const problem = `Error parsing text-format inference.ModelConfig: ${error.message}`;
    throw new TritonError('INVALID_ARG', `failed to read text proto from ${basename(folder)}/config.pbtxt: ${problem}`);
  }
  const { config, ineffective } = read;
  if (mappedName === undefined && config.name !== name) {
    throw new TritonError(
      'INVALID_ARG',
      `unexpected directory name '${name}' for model '${config.name}', directory name must equal model name`,
    );
  }
  const version = await servedVersion(folder, name, config.versionPolicy);
  const artifact = join(folder, version, config.modelFilename);
  const found = await stat(artifact).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new TritonError('UNAVAILABLE', `unable to find '${version}/${config.modelFilename}' for model '${name}'`);
  }
  const labels = await readLabels(folder, config);
  return { name, config, version, artifact, artifactBytes: found.size, labels, ineffective };
}

async function readText(folder: string, file: string, model: string): Promise<string> {
  const path = join(folder, file);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new TritonError('NOT_FOUND', `unable to open '${file}' of model '${model}'`);
  if (found.size > textBytesMax) {
    throw new TritonError('INVALID_ARG', `'${file}' of model '${model}' has more than ${textBytesMax} bytes`);
  }
  return readFile(path, 'utf8');
}

async function servedVersion(folder: string, model: string, policy: VersionPolicy): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const versions = entries
    .filter((entry) => entry.isDirectory() && /^[1-9]\d{0,17}$/.test(entry.name))
    .map(({ name }) => name)
    .filter((version) => policy.kind !== 'specific' || policy.versions.includes(Number(version)))
    // As decimal numbers without leading zeros, which may be longer than a JavaScript number is exact.
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const highest = versions.at(-1);
  if (highest === undefined) {
    throw new TritonError(
      'INVALID_ARG',
      `at least one version must be available under the version policy of model '${model}'`,
    );
  }
  return highest;
}

async function readLabels(folder: string, { name, outputs }: ModelConfig): Promise<ModelFiles['labels']> {
  const labels = new Map<string, readonly string[]>();
  for (const { name: output, labelFilename } of outputs) {
    if (labelFilename === undefined || labelFilename === '') continue;
    if (/(?:^\/|\0|(?:^|\/)\.\.(?:\/|$))/.test(labelFilename)) {
      throw new TritonError(
        'INVALID_ARG',
        `label_filename '${labelFilename}' leads out of the folder of model '${name}'`,
      );
    }
    const text = await readText(folder, labelFilename, name);
    labels.set(output, text.replace(/\n$/, '').split('\n'));
  }
  return labels;
}
