import type { IncomingMessage } from 'node:http';
import type { Model } from '../model.ts';
import { decodeRequest } from '../wire/decode-request.ts';
import { encodeResponse } from '../wire/encode-response.ts';
import { headerSize } from '../wire/header-size.ts';
import { requestPrefix } from '../wire/request-prefix.ts';
import type { Answer } from './answer.ts';
import { readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';
import { Turns } from './turns.ts';

/** Reading a body larger than this may take milliseconds, when it is JSON. */
const longBytes = 1_000_000;
const turns = new Turns();

/**
 * Answers an inference request.
 *
 * @throws {RequestError}
 * @throws {TritonError} the request
 * @throws {ResponseError} what became of it
 */
export async function infer(model: Model, request: IncomingMessage, cancelled: AbortSignal): Promise<Answer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== '' && encoding !== 'identity') {
    throw new RequestError(415, `content-encoding '${encoding.slice(0, 50)}' is not served here, only 'identity'`);
  }
  const jsonBytes = headerSize(request.headers['content-type']);
  const body = await readBody(request, jsonBytes);
  const decode = () => decodeRequest(body, jsonBytes, model.files);
  const { id, timeoutUs, work } = body.length > longBytes ? await turns.take(decode) : decode();
  const outputs = await model.infer(work, { prefix: requestPrefix(id), timeoutUs, cancelled });
  return { status: 200, ...encodeResponse(model.files, id, outputs) };
}
