import { InferenceSession } from 'onnxruntime-node';
import { quietRuntime } from '../../engine/onnx/quiet-runtime.ts';
import { sessionOptions } from '../../engine/onnx/session-options.ts';
import { signatureProblem } from '../../engine/onnx/signature-problem.ts';
import { readVocabulary } from '../../task/text-classification/read-vocabulary.ts';
import type { Manifest } from '../manifest.ts';
import { manifestFiles } from '../manifest-files.ts';
import { inspectOnnx } from '../onnx/inspect-onnx.ts';
import { outputShapeProblem } from '../triton/output-shape-problem.ts';
import type { ValidationRequest, ValidationResult } from '../validation.ts';
import { checkManifest } from './check-manifest.ts';
import { checkSample } from './check-sample.ts';
import { download } from './download.ts';
import { ValidationProblem } from './validation-problem.ts';
import { withoutHostPaths } from './without-host-paths.ts';

/** The manifest's name in reasons. */
const manifestName = 'model.json';

/**
 * Decides whether a version may serve: manifest and files fit together, the model is one file of known operators, and it answers its
 * sample as promised. Runs the model, so it belongs in a process that may be killed and has nothing to steal: a hostile one can loop
 * for ever or crash ONNX Runtime.
 */
export async function validateVersion(
  { manifest, files }: ValidationRequest,
  fetch: typeof globalThis.fetch,
): Promise<ValidationResult> {
  // What is being looked at; the reason begins with it.
  let file = manifestName;
  try {
    checkManifest(manifest);
    const contents = new Map<string, Uint8Array>();
    for (const name of manifestFiles(manifest)) {
      file = name;
      const described = Object.hasOwn(files, name) ? files[name] : undefined;
      if (described === undefined) throw new ValidationProblem('is named by the manifest and was not uploaded; add it');
      contents.set(name, await download(fetch, described));
    }
    file = manifest.artifact;
    const artifact = contents.get(file) as Uint8Array;
    inspectOnnx(artifact);
    if (manifest.preprocessing?.kind === 'text') {
      file = manifest.preprocessing.vocabulary;
      checkVocabulary(contents.get(file) as Uint8Array, manifest.preprocessing);
    }
    file = manifest.artifact;
    const session = await load(artifact);
    const problem = signatureProblem(manifest, session) ?? outputShapeProblem(manifest, session);
    if (problem !== undefined)
      throw new ValidationProblem(`does not fit the manifest: ${problem}; correct one of them`);
    file = manifestName;
    await checkSample(manifest, session);
    return { valid: true };
  } catch (error) {
    if (error instanceof ValidationProblem) return { valid: false, reason: `${file} ${error.message}` };
    throw error;
  }
}

function checkVocabulary(bytes: Uint8Array, preprocessing: Extract<Manifest['preprocessing'], { kind: 'text' }>): void {
  try {
    readVocabulary(bytes, preprocessing);
  } catch (error) {
    throw new ValidationProblem(`${(error as Error).message}; the manifest reads one token a line from it`);
  }
}

async function load(artifact: Uint8Array): Promise<InferenceSession> {
  quietRuntime();
  try {
    return await InferenceSession.create(artifact, sessionOptions);
  } catch (error) {
    throw new ValidationProblem(
      `cannot be loaded by ONNX Runtime: ${withoutHostPaths((error as Error).message)}; export it for ONNX Runtime 1.30 or older`,
    );
  }
}
