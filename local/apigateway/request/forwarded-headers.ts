import type { IncomingMessage } from 'node:http';
import type { Exchange } from '../exchange.ts';

/** The headers that API Gateway sets on its way to the function. The client's own X-Forwarded-For is kept in front, as AWS does. */
export function forwardedHeaders(
  { headers, identity, traceId }: Exchange,
  { socket }: IncomingMessage,
): Record<string, string> {
  const before = headers.get('x-forwarded-for');
  return {
    'X-Amzn-Trace-Id': `Root=${traceId}`,
    'X-Forwarded-For': before === undefined ? identity.sourceIp : `${before}, ${identity.sourceIp}`,
    'X-Forwarded-Port': String(socket.localPort ?? 0),
    'X-Forwarded-Proto': 'encrypted' in socket ? 'https' : 'http',
  };
}
