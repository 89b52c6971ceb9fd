import type { ModelConfig, TensorConfig } from '../config/model-config.ts';
import type { InputTensor, InstanceRequest } from '../instance/messages.ts';
import type { ModelFiles } from '../repository/model-files.ts';
import { type Datatype, datatypes } from '../tensor/datatype.ts';
import { elementCount } from '../tensor/element-count.ts';
import { TritonError } from '../triton-error.ts';
import { requestPrefix } from './request-prefix.ts';
import { stringProblem } from './string-problem.ts';

/**
 * Holds the inputs of a request against the configuration, in the words and the order of Triton's core, and gives them in the model's
 * order with the shapes that the model itself takes.
 *
 * @throws {TritonError}
 * @see https://github.com/triton-inference-server/core/blob/main/src/infer_request.cc (Normalize)
 */
export function checkInputs(
  inputs: readonly InputTensor[],
  id: string,
  { name: model, config }: ModelFiles,
): Pick<InstanceRequest, 'rows' | 'inputs'> {
  const fail = (problem: string): never => {
    throw new TritonError('INVALID_ARG', `${requestPrefix(id)}${problem}`);
  };
  const given = new Map(inputs.map((input) => [input.name, input]));
  for (const name of given.keys()) {
    if (!config.inputs.some((spec) => spec.name === name)) {
      fail(`unexpected inference input '${name}' for model '${model}'`);
    }
  }
  const missing = config.inputs.filter(({ name }) => !given.has(name));
  if (missing.length > 0) {
    const list = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(',')}]`;
    fail(
      `expected ${config.inputs.length} inputs but got ${given.size} inputs for model '${model}'. Got inputs ${list([...given.keys()])}, but missing required inputs ${list(missing.map(({ name }) => name))}. Please provide all required inputs.`,
    );
  }
  const ordered = config.inputs.map((spec) => ({ spec, input: given.get(spec.name) as InputTensor }));
  const rows = config.rowsMax === 0 ? 1 : rowsOf(ordered, model, config.rowsMax, fail);
  return { rows, inputs: ordered.map(({ spec, input }) => checkInput(input, spec, { model, config }, fail)) };
}

type Fail = (problem: string) => never;

function rowsOf(
  ordered: readonly { readonly input: InputTensor }[],
  model: string,
  rowsMax: number,
  fail: Fail,
): number {
  let rows: number | undefined;
  for (const { input } of ordered) {
    const [size] = input.shape;
    if (size === undefined) {
      return fail(`input '${input.name}' has no shape but model requires batch dimension for '${model}'`);
    }
    rows ??= size;
    if (size !== rows) fail(`input '${input.name}' batch size does not match other inputs for '${model}'`);
  }
  if (rows === undefined || rows < 1) return fail(`inference request batch-size must be >= 1 for '${model}'`);
  if (rows > rowsMax) fail(`inference request batch-size must be <= ${rowsMax} for '${model}'`);
  return rows;
}

const note =
  ' NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each input shape. If you want to specify the full shape including the batch dim in your input dims config, try setting max_batch_size to zero. See the model configuration docs for more info on max_batch_size.';

function checkInput(
  input: InputTensor,
  spec: TensorConfig,
  { model, config }: { readonly model: string; readonly config: ModelConfig },
  fail: Fail,
): InputTensor {
  const { name, shape } = input;
  if (input.datatype !== spec.datatype) {
    const got = Object.hasOwn(datatypes, input.datatype) ? input.datatype : '<invalid>';
    fail(`inference input '${name}' data-type is '${got}', but model '${model}' expects '${spec.datatype}'`);
  }
  const batch = config.rowsMax > 0 ? shape.slice(0, 1) : [];
  const inner = shape.slice(batch.length);
  const fits =
    inner.length === spec.dims.length && spec.dims.every((size, index) => size === -1 || size === inner[index]);
  if (!fits) {
    const expected = [...(batch.length > 0 ? [-1] : []), ...spec.dims];
    fail(
      `unexpected shape for input '${name}' for model '${model}'. Expected [${expected.join(',')}], got [${shape.join(',')}].${batch.length > 0 ? note : ''}`,
    );
  }
  checkBytes(input, spec.datatype, model, fail);
  if (spec.reshape === undefined) return input;
  const open = inner.filter((_, index) => spec.dims[index] === -1);
  return { ...input, shape: [...batch, ...spec.reshape.map((size) => (size === -1 ? (open.shift() ?? 0) : size))] };
}

function checkBytes(
  { name, shape, length, ...input }: InputTensor,
  datatype: Datatype,
  model: string,
  fail: Fail,
): void {
  const count = elementCount(shape);
  const { bytes } = datatypes[datatype];
  if (bytes !== 0) {
    if (length !== count * bytes) {
      fail(
        `input byte size mismatch for input '${name}' for model '${model}'. Expected ${count * bytes}, got ${length}`,
      );
    }
    return;
  }
  const problem = stringProblem(name, count, Buffer.from(input.buffer, input.offset, length));
  if (problem !== undefined) fail(`${problem} for model '${model}'`);
}
