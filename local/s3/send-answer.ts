import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { S3Answer } from './request/s3-answer.ts';

/**
 * Sends an answer. HEAD gets the headers alone.
 *
 * @throws when an object's content cannot be read, or the client goes away; the connection is closed then, so that half an object is not
 * taken for a whole one
 */
export async function sendAnswer(
  res: ServerResponse,
  { status, headers = {}, body, release }: S3Answer,
): Promise<void> {
  try {
    res.statusCode = status;
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
    if (res.req.method === 'HEAD') {
      res.end();
    } else if (body === undefined || typeof body === 'string') {
      if (body !== undefined) res.setHeader('content-type', 'application/xml');
      if (status !== 204 && status !== 304) res.setHeader('content-length', Buffer.byteLength(body ?? ''));
      res.end(body);
    } else {
      await pipeline(body, res);
    }
  } finally {
    await release?.();
  }
}
