import type * as z from 'zod/mini';
import type { ApiRequest } from '../../core/api/api-request.ts';
import { InvalidInputError, TooLargeError, UnsupportedMediaError } from '../../core/api/maas-error.ts';
import { checked } from './checked.ts';

/** A manifest of the allowed size, with room to spare. */
const bodyBytesMax = 1_000_000;

/**
 * Reads a request's JSON body by a schema; no body counts as `{}`.
 *
 * @throws UnsupportedMediaError when it says that it is something else than JSON
 * @throws TooLargeError above 1 MB
 * @throws InvalidInputError when it is not JSON in UTF-8, or not what the schema wants; the message names each wrong field
 */
export function jsonBody<Schema extends z.ZodMiniType>(request: ApiRequest, schema: Schema): z.infer<Schema> {
  const { body, headers } = request;
  if (body.length > bodyBytesMax) {
    throw new TooLargeError(`the body has ${body.length} bytes; it may have ${bodyBytesMax}`);
  }
  return checked(body.length === 0 ? {} : parsed(body, headers), schema);
}

function parsed(body: Uint8Array, headers: ApiRequest['headers']): unknown {
  const type = headers['content-type'];
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new UnsupportedMediaError(`the content type is ${JSON.stringify(type.slice(0, 100))}; send application/json`);
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new UnsupportedMediaError(`the content encoding is ${JSON.stringify(encoding.slice(0, 100))}; send none`);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), withoutPrototype);
  } catch (cause) {
    if (cause instanceof InvalidInputError) throw cause;
    throw new InvalidInputError('the body is not JSON in UTF-8', { cause });
  }
}

// No field of ours is called that, and code behind us that copies fields one by one must never set a prototype.
function withoutPrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new InvalidInputError('the body has a field "__proto__"');
  return value;
}
