import { shapeText } from '../../tensor/shape-text.ts';
import type { ImagePreprocessing, Manifest, TensorSpec, TextPreprocessing } from '../manifest.ts';
import { tritonProblem } from '../triton/triton-problem.ts';
import { ValidationProblem } from './validation-problem.ts';

/**
 * Checks what the manifest's schema cannot: that task, preprocessing, labels, inputs and outputs fit together, and fit the target.
 *
 * @throws {ValidationProblem} whose text goes behind the manifest's name
 */
export function checkManifest(manifest: Manifest): void {
  const { task, inputs, outputs, preprocessing, labels, scores } = manifest;
  for (const [kind, specs] of Object.entries({ inputs, outputs })) {
    const names = new Set(specs.map(({ name }) => name));
    if (names.size < specs.length) throw new ValidationProblem(`names one of its ${kind} twice`);
  }
  const problem = tritonProblem(manifest);
  if (problem !== undefined) throw new ValidationProblem(problem);
  if (task === 'tensor') {
    if (preprocessing !== undefined) {
      throw new ValidationProblem(
        "has preprocessing, which the task 'tensor' does not use; remove it or change the task",
      );
    }
    return;
  }
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    throw new ValidationProblem(`has ${inputs.length} inputs; the task '${task}' prepares exactly one`);
  }
  if (labels === undefined) throw new ValidationProblem(`needs labels for the task '${task}'`);
  if (scores === undefined) {
    throw new ValidationProblem(`needs scores ('logits' or 'probabilities') for the task '${task}'`);
  }
  checkScores(outputs[0], labels.length);
  if (task === 'image-classification') {
    if (preprocessing?.kind !== 'image')
      throw new ValidationProblem(`needs preprocessing of kind 'image' for '${task}'`);
    checkImage(preprocessing, input);
  } else {
    if (preprocessing?.kind !== 'text') throw new ValidationProblem(`needs preprocessing of kind 'text' for '${task}'`);
    checkText(preprocessing, input);
  }
}

function checkScores(output: TensorSpec | undefined, labels: number): void {
  if (output === undefined) throw new ValidationProblem('has no output');
  const { name, datatype, shape } = output;
  if (datatype !== 'FP32' && datatype !== 'FP64') {
    throw new ValidationProblem(`gives ${datatype} scores in '${name}'; the first output must be FP32 or FP64`);
  }
  const classes = shape.at(-1);
  if (shape.length !== 2 || (classes !== labels && classes !== -1)) {
    throw new ValidationProblem(
      `has ${labels} labels, but its first output '${name}' has shape ${shapeText(shape)} instead of [rows,${labels}]`,
    );
  }
}

function checkImage({ width, height, channels, layout, mean, std }: ImagePreprocessing, input: TensorSpec): void {
  if (mean.length !== channels || std.length !== channels) {
    throw new ValidationProblem(`needs one mean and one std for each of ${channels} channels`);
  }
  if (input.datatype !== 'FP32') {
    throw new ValidationProblem(`prepares pictures as FP32, but input '${input.name}' is ${input.datatype}`);
  }
  checkShape(input, layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels]);
}

function checkText({ pattern, length }: TextPreprocessing, input: TensorSpec): void {
  try {
    new RegExp(pattern, 'gu');
  } catch (error) {
    throw new ValidationProblem(
      `has a preprocessing pattern that is no regular expression: ${(error as Error).message}`,
    );
  }
  if (input.datatype !== 'INT32' && input.datatype !== 'INT64') {
    throw new ValidationProblem(`prepares texts as INT32 or INT64, but input '${input.name}' is ${input.datatype}`);
  }
  checkShape(input, [1, length]);
}

function checkShape({ name, shape }: TensorSpec, prepared: readonly number[]): void {
  const fits =
    shape.length === prepared.length &&
    shape.every((dimension, index) => dimension === -1 || dimension === prepared[index]);
  if (!fits) {
    throw new ValidationProblem(
      `prepares input '${name}' with shape ${shapeText(prepared)}, which its declared shape ${shapeText(shape)} does not take`,
    );
  }
}
