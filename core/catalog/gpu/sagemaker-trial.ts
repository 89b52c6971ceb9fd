import type { EndpointInvoker, InvocationAnswer } from '../../engine/sagemaker/invocation.ts';
import { InvokeError } from '../../engine/sagemaker/invoke-error.ts';
import { modelWords } from '../../engine/sagemaker/model-words.ts';
import { TritonAnswer } from '../../engine/sagemaker/triton-answer.ts';
import { tritonRequest } from '../../engine/sagemaker/triton-request.ts';
import { quoted } from '../../tensor/quoted.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { ModelVersion } from '../model-version.ts';
import { targetModel } from '../triton/multi-model-key.ts';
import { repositoryVersion } from '../triton/repository-version.ts';
import { difference } from '../validate/difference.ts';
import { sampleTensors } from '../validate/sample-tensors.ts';
import { ValidationProblem } from '../validate/validation-problem.ts';
import type { GpuTrial, TrialResult } from './gpu-trial.ts';

/** What SageMaker says comes last in what it says of a model that it cannot load. */
const reasonMax = 1000;

/** `GpuTrial` by `InvokeEndpoint`. Needs `sagemaker:InvokeEndpoint` on the multi-model endpoint. */
export class SageMakerTrial implements GpuTrial {
  readonly #runtime: EndpointInvoker;

  constructor(runtime: EndpointInvoker) {
    this.#runtime = runtime;
  }

  async run(endpoint: string, version: ModelVersion, budgetMs: number): Promise<TrialResult> {
    const { manifest } = version;
    try {
      const expected = sampleTensors(manifest, 'outputs');
      const request = tritonRequest(
        undefined,
        sampleTensors(manifest, 'inputs'),
        expected.map(({ name }) => name),
      );
      const invocation = { ...request, targetModel: targetModel(manifest, weights(version)) };
      const answer = await this.#runtime.invoke(endpoint, invocation, { deadlineMs: budgetMs });
      const problem = answerProblem(version, expected, answer);
      if (problem === undefined) return { outcome: 'agreed' };
      return { outcome: 'failed', reason: `on the GPU the model ${problem}` };
    } catch (error) {
      if (error instanceof InvokeError) return invokeResult(endpoint, error);
      // The sandbox should have found it. Whatever had taken that over would not have said so.
      if (error instanceof ValidationProblem) return { outcome: 'failed', reason: `model.json ${error.message}` };
      throw error;
    }
  }
}

const weights = ({ manifest, files }: ModelVersion): string => files[manifest.artifact]?.sha256 ?? '';

function answerProblem(
  version: ModelVersion,
  expected: readonly Tensor[],
  answer: InvocationAnswer,
): string | undefined {
  const { outputs, sample } = version.manifest;
  const specs = expected.flatMap(({ name }) => outputs.filter((spec) => spec.name === name));
  let modelVersion: string;
  let given: readonly Tensor[];
  try {
    const read = new TritonAnswer(answer);
    modelVersion = read.modelVersion;
    given = read.tensors(specs);
  } catch (error) {
    return `answers its sample with what the manifest does not describe: ${modelWords((error as Error).message, reasonMax)}`;
  }
  if (modelVersion !== repositoryVersion(weights(version))) {
    return `answers with the weights ${quoted(modelVersion)}, which are not those of this version`;
  }
  for (const [index, tensor] of expected.entries()) {
    const differs = difference(tensor, given[index] as Tensor, sample.tolerance);
    if (differs !== undefined) {
      return `gives another answer to its sample: output ${quoted(tensor.name)}, ${differs} (tolerance ${sample.tolerance}); GPUs may multiply with fewer digits, so raise the tolerance if no more than that is wrong`;
    }
  }
  return undefined;
}

function invokeResult(endpoint: string, error: InvokeError): TrialResult {
  switch (error.name) {
    case 'ModelError':
      if (brokeOff(error)) {
        // Every model of the endpoint was lost with it, whichever was the cause.
        return {
          outcome: 'undecided',
          reason: `the model server of ${endpoint} ended, or gave no answer, while it was tried; push again in a minute, and if that repeats, look at whether the instance's memory holds the model`,
        };
      }
      return {
        outcome: 'failed',
        reason: `the model server of ${endpoint} cannot serve it: ${modelWords(error.originalMessage ?? error.message, reasonMax)}`,
      };
    case 'DeadlineExceeded':
    case 'ModelNotReadyException':
      return { outcome: 'undecided', reason: `${endpoint} is still loading it; push again in a minute` };
    case 'ValidationError':
    case 'AccessDeniedException':
      // The endpoint is not there, or it cannot read the archive, or control may not call it.
      return {
        outcome: 'failed',
        reason: `${modelWords(error.message, reasonMax)}; deploy the stage, then push again`,
      };
    case 'AnswerTooLong':
      return { outcome: 'failed', reason: 'its answer to the sample is larger than an endpoint may give' };
    default:
      return { outcome: 'undecided', reason: `${endpoint} takes no calls now (${error.name}); push again in a minute` };
  }
}

/** Whether the model server said nothing: SageMaker has 0 in the place of its status then, or one of its own and no words. */
const brokeOff = ({ originalStatus, originalMessage }: InvokeError): boolean =>
  originalStatus === 0 || (originalStatus !== undefined && originalStatus >= 500 && originalMessage === '');
