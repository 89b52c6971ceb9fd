import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/**
 * Writes an answer.
 * @param own headers of the gateway; they win over headers of the same name
 * @returns false when the client is no longer there
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  own: Readonly<Record<string, string>>,
): boolean {
  if (response.destroyed || request.socket.destroyed) return false;
  // The frame of the message is the gateway's, whatever a template says.
  const named = new Set(['content-length', 'transfer-encoding', ...Object.keys(own).map((name) => name.toLowerCase())]);
  const fields = headers.filter(([name]) => !named.has(name.toLowerCase())).flat();
  // These statuses have no body by definition (RFC 9110), and Node refuses to frame one.
  const bodiless = status === 204 || status === 304;
  if (!bodiless) fields.push('Content-Length', String(Buffer.byteLength(body)));
  response.writeHead(status, [...fields, ...Object.entries(own).flat()]);
  response.end(bodiless || request.method === 'HEAD' ? undefined : body);
  return true;
}
