import type { InferenceSession } from 'onnxruntime-node';
import type { ModelConfig, TensorConfig } from '../config/model-config.ts';
import { type Datatype, datatypes } from '../tensor/datatype.ts';

/** What the loaded model says of itself. */
export interface Signature {
  readonly inputs: readonly InferenceSession.ValueMetadata[];
  readonly outputs: readonly InferenceSession.ValueMetadata[];
}

/**
 * Where the configuration and the loaded model disagree, in the words of Triton's ONNX Runtime backend; undefined when they agree.
 *
 * @see https://github.com/triton-inference-server/onnxruntime_backend/blob/main/src/onnxruntime.cc (ValidateInputs, ValidateOutputs)
 */
export function signatureProblem(model: string, config: ModelConfig, signature: Signature): string | undefined {
  const { inputs, outputs, rowsMax } = config;
  if (signature.inputs.length !== inputs.length) {
    return `unable to load model '${model}', configuration expects ${inputs.length} inputs, model provides ${signature.inputs.length}`;
  }
  for (const [kind, specs, found] of [
    ['input', inputs, signature.inputs],
    ['output', outputs, signature.outputs],
  ] as const) {
    for (const spec of specs) {
      const problem = tensorProblem({ model, kind, rowsMax }, spec, found);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

interface Where {
  readonly model: string;
  readonly kind: 'input' | 'output';
  readonly rowsMax: number;
}

function tensorProblem(
  { model, kind, rowsMax }: Where,
  spec: TensorConfig,
  found: Signature['inputs'],
): string | undefined {
  const { name, datatype } = spec;
  const metadata = found.find((each) => each.name === name);
  if (metadata === undefined) {
    const allowed = found.map((each) => each.name).join(', ');
    return `unexpected inference ${kind} '${name}', allowed ${kind}s are: ${allowed}`;
  }
  if (!metadata.isTensor) return `Unsupported ONNX Type for I/O '${name}', expected 'ONNX_TYPE_TENSOR'.`;
  if (metadata.type !== datatypes[datatype].onnx) {
    return `unable to load model '${model}', configuration expects datatype ${configType(datatype)} for ${kind} '${name}', model provides ${onnxConfigType(metadata.type)}`;
  }
  const shape = metadata.shape.map((size) => (typeof size === 'number' ? size : -1));
  const dims = spec.reshape ?? spec.dims;
  if (shape.length === 0) {
    if (rowsMax === 0 && dims.every((size) => size === 1)) return undefined;
    return `unable to load model '${model}', scalar tensor '${name}', should only provide 1 in the model configuration when the model doesn't support batching. Model configuration provided: ${list(dims)}.`;
  }
  if (rowsMax > 0 && shape[0] !== -1) {
    return `model '${model}', tensor '${name}': for the model to support batching the shape should have at least 1 dimension and the first dimension must be -1; but shape expected by the model is ${list(shape)}`;
  }
  const full = rowsMax > 0 ? [-1, ...dims] : dims;
  // An input may be fixed where the model leaves it open; what the model gives must be told as it is.
  const fits =
    shape.length === full.length &&
    shape.every((size, index) => size === full[index] || (size === -1 && kind === 'input'));
  if (fits) return undefined;
  const explicit = `${full.length} dimensions (${
    rowsMax > 0
      ? 'an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, making complete shape'
      : 'shape'
  } ${list(full)})`;
  return `model '${model}', tensor '${name}': the model expects ${shape.length} dimensions (shape ${list(shape)}) but the model configuration specifies ${explicit}`;
}

const list = (shape: readonly number[]): string => `[${shape.join(',')}]`;

const configType = (datatype: Datatype): string => `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`;

function onnxConfigType(type: string): string {
  const found = (Object.keys(datatypes) as Datatype[]).find((datatype) => datatypes[datatype].onnx === type);
  return found === undefined ? 'TYPE_INVALID' : configType(found);
}
