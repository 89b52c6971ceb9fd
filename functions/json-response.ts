import type { ApiResponse } from '../core/api/api-response.ts';

/** A JSON answer of the account and control APIs. Never cached: some of them show a key, all of them change. */
export const jsonResponse = (status: number, body: unknown): ApiResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
