/** One tensor of a request or an answer: JSON `data`, or the bytes of its binary form. */
export interface WireTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: unknown;
}

interface Description {
  readonly name: string;
  readonly datatype: string;
  readonly shape: number[];
  readonly data?: unknown;
  readonly parameters?: { readonly binary_data_size?: number };
}

/** A request's body and headers; inputs whose data are bytes go behind the JSON. */
export function inferCall(
  inputs: readonly WireTensor[],
  more: Readonly<Record<string, unknown>> = {},
): { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } {
  const binaries: Uint8Array[] = [];
  const described = inputs.map(({ data, ...tensor }) => {
    if (!(data instanceof Uint8Array)) return { ...tensor, data };
    binaries.push(data);
    return { ...tensor, parameters: { binary_data_size: data.length } };
  });
  const header = Buffer.from(JSON.stringify({ inputs: described, ...more }));
  const contentType =
    binaries.length === 0
      ? 'application/json'
      : `application/vnd.sagemaker-triton.binary+json;json-header-size=${header.length}`;
  return { body: Buffer.concat([header, ...binaries]), headers: { 'content-type': contentType } };
}

export interface InferAnswer {
  readonly status: number;
  readonly contentType: string | null;
  /** The JSON part without `outputs`. */
  readonly rest: Readonly<Record<string, unknown>>;
  /** Binary outputs as bytes. */
  readonly outputs: Readonly<Record<string, WireTensor>>;
}

/** Sends a request and takes its answer apart. */
export async function send(url: string, { body, headers }: ReturnType<typeof inferCall>): Promise<InferAnswer> {
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  const bytes = Buffer.from(await response.arrayBuffer());
  const contentType = response.headers.get('content-type');
  const [, size] =
    /^application\/vnd\.sagemaker-triton\.binary\+json;json-header-size=(\d+)$/.exec(contentType ?? '') ?? [];
  const { outputs = [], ...rest } = JSON.parse(
    bytes.subarray(0, size === undefined ? undefined : Number(size)).toString(),
  ) as Record<string, unknown> & { readonly outputs?: Description[] };
  let at = Number(size ?? 0);
  const read = outputs.map(({ parameters, ...output }): [string, WireTensor] => {
    const length = parameters?.binary_data_size;
    if (length === undefined) return [output.name, { ...output, data: output.data }];
    at += length;
    return [output.name, { ...output, data: new Uint8Array(bytes.subarray(at - length, at)) }];
  });
  return { status: response.status, contentType, rest, outputs: Object.fromEntries(read) };
}

export const fp32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
