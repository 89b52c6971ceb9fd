import { quoted } from '../../tensor/quoted.ts';
import { shapeText } from '../../tensor/shape-text.ts';
import type { Manifest } from '../manifest.ts';

/** The line breaks of a file of labels, one a line. */
const lineBreak = /[\r\n]/;

/**
 * Why Triton could not serve a model as its manifest describes it, in words that go behind the manifest's name; undefined when it can, or
 * when it need not.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md
 */
export function tritonProblem({ target, inputs, outputs, labels = [], sample }: Manifest): string | undefined {
  if (target.kind !== 'sagemaker') return undefined;
  const { batching } = target;
  for (const { name, shape } of [...inputs, ...outputs]) {
    if (shape.length === 0)
      return `declares the scalar ${quoted(name)}; Triton takes no scalars, give it the shape [1]`;
    if (shape.includes(0)) {
      return `declares ${quoted(name)} with shape ${shapeText(shape)}; Triton takes no dimension of 0, declare -1 or what it is`;
    }
    if (batching !== undefined && shape[0] !== -1) {
      return `asks for batching, but ${quoted(name)} has shape ${shapeText(shape)}; every input and output must begin with -1, the rows of the batch`;
    }
    // Triton would make it [rows,1] for its clients, and so it would not be what the manifest promises to ours.
    if (batching !== undefined && shape.length === 1) {
      return `asks for batching, but ${quoted(name)} has shape [-1]; Triton wants a dimension below the rows, as in [-1,1]`;
    }
  }
  if (batching !== undefined) {
    const rows = Math.max(...sample.inputs.map(({ shape }) => shape[0] ?? 0));
    if (rows > batching.rowsMax) {
      return `has a sample of ${rows} rows, and batches of at most ${batching.rowsMax}; shorten the sample or raise rowsMax`;
    }
  }
  const broken = labels.find((label) => lineBreak.test(label));
  if (broken !== undefined) return `has a label with a line break, ${quoted(broken)}; Triton reads one label a line`;
  return undefined;
}
