import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from './aws-error.ts';

/**
 * Reads the errors of AWS's JSON and REST-JSON protocols: the code in `x-amzn-errortype` or the body's `__type`, either of which may carry
 * a namespace before it or an address behind it.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization
 */
export function jsonRefusal(headers: IncomingHttpHeaders, body: string): Refusal {
  const { __type, message, Message } = parsed(body);
  const type = text(headers['x-amzn-errortype']) || text(__type);
  return { code: type.replace(/:.*$/, '').replace(/^.*#/, ''), message: text(message) || text(Message) };
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body)) as Readonly<Record<string, unknown>>;
  } catch {
    // Cut off, or from something in between that speaks no JSON: the status has to do.
    return {};
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
