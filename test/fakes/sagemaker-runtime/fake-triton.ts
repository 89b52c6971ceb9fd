import type { Call, ContainerAnswer } from './fake-sagemaker-runtime.ts';

/** The bytes of a tensor, and what the JSON says of it. */
export interface WireTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A request in Triton's binary form, taken apart. */
export interface TritonRequest {
  readonly id?: string;
  readonly inputs: readonly WireTensor[];
  /** As the JSON has them. */
  readonly outputs: readonly unknown[];
}

const binaryType = 'application/vnd.sagemaker-triton.binary+json;json-header-size=';

/** Takes a request apart as Triton does; throws when it is not in the binary form. */
export function readTritonRequest({ headers, body }: Pick<Call, 'headers' | 'body'>): TritonRequest {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith(binaryType)) throw new Error(`not Triton's binary form: ${type}`);
  const headerBytes = Number(type.slice(binaryType.length));
  const { id, inputs, outputs } = JSON.parse(body.subarray(0, headerBytes).toString());
  let at = headerBytes;
  const tensors = (inputs as (WireTensor & { parameters: { binary_data_size: number } })[]).map(
    ({ name, datatype, shape, parameters }) => {
      const bytes = body.subarray(at, at + parameters.binary_data_size);
      at += parameters.binary_data_size;
      return { name, datatype, shape, bytes };
    },
  );
  if (at !== body.length) throw new Error(`${body.length - at} bytes left over`);
  return { ...(id === undefined ? {} : { id }), inputs: tensors, outputs };
}

/** An answer in Triton's binary form. */
export function tritonAnswer(modelVersion: string, outputs: readonly WireTensor[]): Required<ContainerAnswer> {
  const header = Buffer.from(
    JSON.stringify({
      model_name: 'any',
      model_version: modelVersion,
      outputs: outputs.map(({ name, datatype, shape, bytes }) => ({
        name,
        datatype,
        shape,
        parameters: { binary_data_size: bytes.length },
      })),
    }),
  );
  return {
    status: 200,
    contentType: `${binaryType}${header.length}`,
    body: Buffer.concat([header, ...outputs.map(({ bytes }) => bytes)]),
  };
}

/** A container that answers what `compute` makes of the inputs. */
export const fakeTriton =
  (modelVersion: string, compute: (inputs: readonly WireTensor[]) => readonly WireTensor[]) =>
  (call: Call): ContainerAnswer =>
    tritonAnswer(modelVersion, compute(readTritonRequest(call).inputs));
