import type { ApiResponse } from '../core/api/api-response.ts';
import { TooLargeError } from '../core/api/maas-error.ts';
import { fitsResult } from './fits-result.ts';

/**
 * A JSON answer of the account and control APIs. Never cached: some of them show a key, all of them change.
 *
 * @throws {TooLargeError} above what Lambda can return: what is asked for has parts that can be asked for alone
 */
export function jsonResponse(status: number, body: unknown): ApiResponse {
  const response = {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
  if (fitsResult(response)) return response;
  throw new TooLargeError(
    `the answer has ${Buffer.byteLength(response.body)} bytes, more than fit into one (6 MiB, each quote counted twice): ask for less, such as a shorter time, longer buckets or fewer groups`,
  );
}
