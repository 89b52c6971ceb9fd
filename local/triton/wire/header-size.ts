import { TritonError } from '../triton-error.ts';

/** What SageMaker's clients use in the place of the header `Inference-Header-Content-Length`. */
export const binaryMimeType = 'application/vnd.sagemaker-triton.binary+json;json-header-size=';

/**
 * How many bytes at the start of the body are JSON, by its content type: all of it (undefined) unless that is the type for binary data;
 * 0 stands for a body that is nothing but one tensor.
 *
 * @throws {TritonError} not a plain number, or not at the start. Triton takes what is not a number for 0
 */
export function headerSize(contentType: string | undefined): number | undefined {
  const at = contentType?.indexOf(binaryMimeType) ?? -1;
  if (contentType === undefined || at === -1) return undefined;
  if (at > 0) {
    throw new TritonError(
      'INVALID_ARG',
      `expect MIME type for binary data starts with '${binaryMimeType}', got: ${contentType.slice(0, 200)}`,
    );
  }
  const text = contentType.slice(binaryMimeType.length).trim();
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new TritonError('INVALID_ARG', `Unable to parse inference header size, got: ${text.slice(0, 100)}`);
}
