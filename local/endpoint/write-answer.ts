import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsAnswer } from './aws-call.ts';

/** Sends an answer, whole. */
export const writeAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: AwsAnswer,
  requestId: string,
): void => {
  if (!request.complete) {
    // The rest of a refused body would be taken for the next request.
    response.setHeader('connection', 'close');
  }
  const body = answer.body ?? '';
  response.writeHead(answer.status, {
    'x-amzn-requestid': requestId,
    'content-length': Buffer.byteLength(body),
    ...answer.headers,
  });
  response.end(body);
};
