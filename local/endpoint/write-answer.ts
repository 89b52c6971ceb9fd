import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { AwsAnswer } from './aws-call.ts';

/** Sends an answer. One whose body breaks off, or that nobody reads to its end, costs its connection and nothing more. */
export const writeAnswer = async (
  request: IncomingMessage,
  response: ServerResponse,
  answer: AwsAnswer,
  requestId: string,
): Promise<void> => {
  if (!request.complete) {
    // The rest of a refused body would be taken for the next request.
    response.setHeader('connection', 'close');
  }
  const body = answer.body ?? '';
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  response.writeHead(answer.status, {
    'x-amzn-requestid': requestId,
    ...(isWhole && { 'content-length': Buffer.byteLength(body) }),
    ...answer.headers,
  });
  if (isWhole) {
    response.end(body);
  } else {
    await pipeline(body, response).catch(() => response.destroy());
  }
};
