import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CredentialStore } from '../iam/credential-store.ts';
import { verifyRequest } from '../sigv4/verify-request.ts';
import { type AwsAnswer, AwsError, type AwsService } from './aws-call.ts';
import { describeFailure } from './describe-failure.ts';
import { internalFailure } from './internal-failure.ts';
import { readBody } from './read-body.ts';
import { splitUrl } from './split-url.ts';
import { writeAnswer } from './write-answer.ts';

/** DynamoDB's limit, for services that have none of their own. */
const defaultBodyBytesMax = 16 * 1024 * 1024;

interface Surroundings {
  readonly region: string;
  readonly credentials: CredentialStore;
  readonly log: (line: string) => void;
}

/** Answers one call to a service: reads the body, verifies the signature, and renders whatever goes wrong in the service's own form. */
export const serveService = async (
  service: AwsService,
  { region, credentials, log }: Surroundings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const requestId = randomUUID();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let answer: AwsAnswer;
  try {
    answer = await handle(service, region, credentials, request, requestId, gone.signal);
  } catch (error) {
    if (request.destroyed && !request.complete) {
      return; // The client went away in the middle of its body; nobody is left to answer.
    }
    if (!(error instanceof AwsError)) {
      log(`${service.signingName} failed in request ${requestId}: ${describeFailure(error)}`);
    }
    answer = service.renderError(error instanceof AwsError ? error : internalFailure(error), requestId);
  }
  await writeAnswer(request, response, answer, requestId);
};

const handle = async (
  service: AwsService,
  region: string,
  credentials: CredentialStore,
  request: IncomingMessage,
  requestId: string,
  signal: AbortSignal,
): Promise<AwsAnswer> => {
  const { chunks, sizeBytes, sha256 } = await readBody(request, service.bodyBytesMax ?? defaultBodyBytesMax);
  const { method = 'GET', url = '/' } = request;
  const { path, query } = splitUrl(url);
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) {
      headers[name] = typeof value === 'string' ? value : value.join(',');
    }
  }
  const principal = verifyRequest(
    { method, path, query, headers, bodySha256: sha256 },
    { service: service.signingName, region, credentials },
  );
  let joined: Buffer | undefined;
  return service.handle({
    method,
    path,
    query: new URLSearchParams(query),
    headers,
    get body() {
      joined ??= chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, sizeBytes);
      return joined;
    },
    bodyChunks: chunks,
    principal,
    requestId,
    signal,
  });
};
