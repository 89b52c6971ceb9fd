import type { APIGatewayProxyResult } from 'aws-lambda';
import type { ApiResponse } from '../core/api/api-response.ts';

/** Turns an `ApiResponse` into a Lambda proxy result; bytes travel as base64. */
export function proxyResult(response: ApiResponse): APIGatewayProxyResult {
  const { body } = response;
  const text = typeof body === 'string';
  return {
    statusCode: response.status,
    headers: { ...response.headers },
    body: text ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
    isBase64Encoded: !text,
  };
}
