import { createHash } from 'node:crypto';
import type { ApiRequest } from '../../api/api-request.ts';

/** Headers that decide what a body means. */
const meaningful = ['content-type', 'content-encoding', 'inference-header-content-length'] as const;

/** SHA-256 of all that makes two requests the same: 1 ms for 1 MB. */
export function requestFingerprint({ route, params, headers, body }: ApiRequest): string {
  const { model, version } = params;
  const head = [route.id, model, version, ...meaningful.map((name) => headers[name])];
  return createHash('sha256').update(JSON.stringify(head)).update('\n').update(body).digest('hex');
}
