import * as z from 'zod';
import type { Answer } from './answer.ts';
import { isSendable } from './is-sendable.ts';
import { responseHeaders } from './response-headers.ts';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Unknown members are malformed to AWS too; a missing status is 200. */
const proxyResult = z.strictObject({
  statusCode: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{3}$/)
        .transform(Number),
    ])
    .refine((status) => status >= 200 && status <= 599)
    .nullish(),
  headers: z.record(z.string(), text).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(text)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** A function's answer that is not in the form of a proxy result. Its text names the place, never the content. */
class MalformedResultError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`Malformed Lambda proxy response: ${reason}`, options);
    this.name = 'MalformedResultError';
  }
}

/** A base64 body that is none. */
export class BinaryBodyError extends Error {
  constructor() {
    super('the base64 decoding of the body failed');
    this.name = 'BinaryBodyError';
  }
}

/**
 * Reads what a Lambda proxy integration returned.
 * @param binary whether the client asked for a binary media type, so that a base64 body is decoded
 * @throws MalformedResultError
 * @throws BinaryBodyError
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
 */
export function parseProxyResult(payload: Buffer, binary: boolean): Answer {
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parse(payload);
  const fields = mergeHeaders(headers ?? {}, multiValueHeaders ?? {});
  if (!fields.every(([name, value]) => isSendable(name, value)))
    throw new MalformedResultError('a header cannot be sent');
  const content = body ?? '';
  return {
    status: statusCode ?? 200,
    headers: responseHeaders(fields),
    body: isBase64Encoded === true && binary ? decoded(content) : content,
  };
}

function parse(payload: Buffer): z.infer<typeof proxyResult> {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8'));
  } catch (cause) {
    throw new MalformedResultError('it is not JSON', { cause });
  }
  const { data, error } = proxyResult.safeParse(json);
  if (data !== undefined) return data;
  const issue = error.issues[0];
  throw new MalformedResultError(`${issue?.path.join('.') || 'it'}: ${issue?.code ?? 'invalid'}`);
}

/** Both forms make one list; what `multiValueHeaders` names counts from there. */
function mergeHeaders(
  headers: Readonly<Record<string, string>>,
  multi: Readonly<Record<string, readonly string[]>>,
): (readonly [string, string])[] {
  const named = new Set(Object.keys(multi).map((name) => name.toLowerCase()));
  return [
    ...Object.entries(headers).filter(([name]) => !named.has(name.toLowerCase())),
    ...Object.entries(multi).flatMap(([name, values]) => values.map((value) => [name, value] as const)),
  ];
}

function decoded(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  // Node skips what is not base64 instead of refusing it, which shows in the length.
  if (bytes.length !== Math.floor(((base64.length - padding) * 3) / 4)) throw new BinaryBodyError();
  return bytes;
}
