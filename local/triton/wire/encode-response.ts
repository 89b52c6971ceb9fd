import type { RenderedOutput } from '../instance/messages.ts';
import type { ModelFiles } from '../repository/model-files.ts';
import { binaryMimeType } from './header-size.ts';

/** The body of an answer in the pieces that it is made of, and what it is. */
export interface EncodedResponse {
  readonly contentType: string;
  readonly pieces: readonly Uint8Array[];
}

/** Puts an answer together: JSON, followed by the binary outputs in the order of the JSON when any was wanted so. */
export function encodeResponse(
  { name, version }: ModelFiles,
  id: string,
  outputs: readonly RenderedOutput[],
): EncodedResponse {
  const binaries: Uint8Array[] = [];
  const described = outputs.map((output) => {
    const head = `{"name":${JSON.stringify(output.name)},"datatype":"${output.datatype}","shape":[${output.shape.join(',')}],`;
    if (typeof output.data === 'string') return `${head}"data":${output.data}}`;
    if (output.data.length > 0) binaries.push(output.data);
    return `${head}"parameters":{"binary_data_size":${output.data.length}}}`;
  });
  const idMember = id === '' ? '' : `"id":${JSON.stringify(id)},`;
  const header = Buffer.from(
    `{${idMember}"model_name":${JSON.stringify(name)},"model_version":"${version}","outputs":[${described.join(',')}]}`,
  );
  const contentType = binaries.length > 0 ? `${binaryMimeType}${header.length}` : 'application/json';
  return { contentType, pieces: [header, ...binaries] };
}
