import type * as z from 'zod';
import { parsePbtxt } from '../pbtxt/parse-pbtxt.ts';
import { TritonError } from '../triton-error.ts';
import { configSchema } from './config-schema.ts';
import { ineffectiveFields } from './ineffective-fields.ts';
import type { BatchingPolicy, ModelConfig, TensorConfig, VersionPolicy } from './model-config.ts';
import { modelConfigMessage } from './model-config-message.ts';
import { readMessage } from './read-message.ts';

type Raw = z.infer<typeof configSchema>;

/** Instances are threads with a session each; more than this is a slip of the pen. */
const instancesMax = 64;

/**
 * Reads a config.pbtxt.
 *
 * @returns the configuration, and the fields in it that make no difference here, each with the reason
 * @throws {PbtxtError} what protobuf's parser would not take, with line and column
 * @throws {TritonError} what Triton would not serve, and what is not served here
 */
export function readConfig(text: string): { readonly config: ModelConfig; readonly ineffective: readonly string[] } {
  const message = readMessage(modelConfigMessage, parsePbtxt(text));
  const parsed = configSchema.safeParse(message);
  const name = typeof message['name'] === 'string' ? message['name'] : '';
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(name, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  const raw = parsed.data;
  if (raw.backend === '' && raw.platform === '') throw invalid(name, "must specify 'platform' or 'backend'");
  const instances = raw.instance_group.reduce((sum, { count }) => sum + Math.max(count, 1), 0) || 1;
  if (instances > instancesMax)
    throw invalid(name, `instance_group: at most ${instancesMax} instances are served here`);
  const config: ModelConfig = {
    name,
    rowsMax: raw.max_batch_size,
    inputs: raw.input.map((tensor) => tensorConfig(name, raw.max_batch_size, tensor)),
    outputs: raw.output.map((tensor) => tensorConfig(name, raw.max_batch_size, tensor)),
    instances,
    gpu: raw.instance_group.length === 0 || raw.instance_group.some(({ kind }) => kind !== 'KIND_CPU'),
    batching: batchingPolicy(name, raw),
    versionPolicy: versionPolicy(raw),
    graphOptimization: graphOptimization(raw.optimization.graph?.level ?? 0),
    threads: threads(name, raw),
    modelFilename: raw.default_model_filename,
  };
  return { config, ineffective: ineffectiveFields(message) };
}

const invalid = (name: string, problem: string): TritonError =>
  new TritonError('INVALID_ARG', `${problem} for ${name}`);

function tensorConfig(model: string, rowsMax: number, tensor: Raw['input'][number]): TensorConfig {
  const { name, dims, reshape, label_filename: labelFilename } = tensor;
  if (reshape !== undefined) {
    if (reshape.shape.length === 0 && rowsMax === 0) {
      throw invalid(
        model,
        `'${name}' cannot have empty reshape for non-batching model as scalar tensors are not supported`,
      );
    }
    const known = (shape: readonly number[]): number =>
      shape.reduce((product, size) => product * (size === -1 ? 1 : size), 1);
    const open = (shape: readonly number[]): number => shape.filter((size) => size === -1).length;
    if (known(dims) !== known(reshape.shape) || open(dims) !== open(reshape.shape)) {
      throw invalid(model, `'${name}' has different size for dims and reshape`);
    }
  }
  return {
    name,
    datatype: tensor.data_type,
    dims,
    ...(reshape === undefined ? {} : { reshape: reshape.shape }),
    ...(labelFilename === undefined ? {} : { labelFilename }),
  };
}

function batchingPolicy(name: string, raw: Raw): BatchingPolicy | undefined {
  const { dynamic_batching: batching, max_batch_size: rowsMax } = raw;
  if (batching === undefined) return undefined;
  const preferred = batching.preferred_batch_size;
  if (preferred.some((rows) => rows > rowsMax)) {
    throw invalid(name, 'dynamic batching preferred size must be <= max batch size');
  }
  const policy = batching.default_queue_policy;
  return {
    rowsMax,
    // Triton fills an empty list with the largest batch.
    preferredRows: preferred.length === 0 ? [rowsMax] : preferred.toSorted((a, b) => a - b),
    delayUsMax: batching.max_queue_delay_microseconds,
    queueSizeMax: policy.max_queue_size,
    timeoutUs: policy.default_timeout_microseconds,
    timeoutAction: policy.timeout_action,
    timeoutOverride: policy.allow_timeout_override,
  };
}

function versionPolicy({ version_policy: { latest, all, specific } }: Raw): VersionPolicy {
  if (all !== undefined) return { kind: 'all' };
  if (specific !== undefined) return { kind: 'specific', versions: specific.versions };
  return { kind: 'latest', count: Math.max(latest?.num_versions ?? 1, 1) };
}

/** @see https://github.com/triton-inference-server/onnxruntime_backend#onnx-runtime-with-triton-model-config-options */
function graphOptimization(level: number): ModelConfig['graphOptimization'] {
  if (level === -1) return 'basic';
  if (level === 1) return 'extended';
  return level === 2 ? 'disabled' : 'all';
}

function threads(name: string, { parameters }: Raw): number | undefined {
  const text = parameters.find(({ key }) => key === 'intra_op_thread_count')?.value.string_value;
  if (text === undefined || text === '0') return undefined;
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw invalid(name, `parameter intra_op_thread_count must be a number, got '${text}'`);
  return Number(text);
}
