import type { ApiResponse } from './api-response.ts';
import { MaasError } from './maas-error.ts';
import type { Route } from './route.ts';

/**
 * Renders an error in the shape of the route's family: `{"error": text}` where Open Inference and Hugging Face clients look for it,
 * RFC 9457 problem details elsewhere. A 429 has its type in both, since a program must tell one limit from another to know how long to wait.
 * Errors that are not ours become a 500 that says nothing but the request id.
 */
export function errorResponse(family: Route['family'], error: unknown, requestId: string): ApiResponse {
  const known = error instanceof MaasError ? error : undefined;
  const status = known?.status ?? 500;
  const message = known?.message ?? `internal error; quote request id ${requestId} when you report it`;
  const code = known?.code ?? 'internal';
  const type = `urn:maas:problem:${code}`;
  const headers = {
    ...known?.headers,
    ...(known?.retryAfterSeconds === undefined ? {} : { 'retry-after': String(known.retryAfterSeconds) }),
  };
  switch (family) {
    case 'open-inference':
    case 'hugging-face':
      return {
        status,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ error: message, ...(status === 429 ? { type } : {}) }),
      };
    case 'account':
    case 'control':
      return {
        status,
        headers: { 'content-type': 'application/problem+json', ...headers },
        body: JSON.stringify({ type, title: code, status, detail: message, requestId }),
      };
  }
}
