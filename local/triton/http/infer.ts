import type { Model } from '../model.ts';
import type { Decoder } from '../wire/decoder.ts';
import { encodeResponse } from '../wire/encode-response.ts';
import { headerSize } from '../wire/header-size.ts';
import { requestPrefix } from '../wire/request-prefix.ts';
import type { Answer } from './answer.ts';
import type { ContainerRequest } from './container.ts';
import { readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';

/**
 * Answers an inference request.
 *
 * @throws {RequestError}
 * @throws {TritonError} the request
 * @throws {ResponseError} what became of it
 */
export async function infer(
  model: Model,
  decoder: Decoder,
  { request, cancelled }: Pick<ContainerRequest, 'request' | 'cancelled'>,
): Promise<Answer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== '' && encoding !== 'identity') {
    throw new RequestError(415, `content-encoding '${encoding.slice(0, 50)}' is not served here, only 'identity'`);
  }
  const jsonBytes = headerSize(request.headers['content-type']);
  const body = await readBody(request, jsonBytes);
  const { id, timeoutUs, work } = await decoder.decode(body, jsonBytes, model.files);
  const outputs = await model.infer(work, { prefix: requestPrefix(id), timeoutUs, cancelled });
  return { status: 200, ...encodeResponse(model.files, id, outputs) };
}
