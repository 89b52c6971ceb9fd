import type { Tensor } from '../../tensor/tensor.ts';
import { tensorBytes } from '../../tensor/tensor-bytes.ts';
import type { Invocation } from './invocation.ts';

/** Before the number of bytes of JSON that a body of JSON and binary tensors begins with. */
export const binaryTypeStart = 'application/vnd.sagemaker-triton.binary+json;json-header-size=';

/**
 * An inference request as Triton's SageMaker container takes it: JSON, then the tensors, whose bytes are put behind it as they came. All
 * outputs are asked for in binary.
 *
 * @param id comes back with the answer and is in Triton's log
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 */
export function tritonRequest(
  id: string | undefined,
  inputs: readonly Tensor[],
  outputs: readonly string[],
): Pick<Invocation, 'contentType' | 'body'> {
  const binaries = inputs.map(tensorBytes);
  const request = {
    id,
    inputs: inputs.map(({ name, datatype, shape }, index) => ({
      name,
      datatype,
      shape,
      parameters: { binary_data_size: binaries[index]?.length },
    })),
    outputs: outputs.map((name) => ({ name, parameters: { binary_data: true } })),
  };
  const header = Buffer.from(JSON.stringify(request));
  return { contentType: `${binaryTypeStart}${header.length}`, body: [header, ...binaries] };
}
