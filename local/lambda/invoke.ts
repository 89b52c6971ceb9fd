import type { AwsAnswer, AwsCall } from '../endpoint/aws-call.ts';
import { AwsError } from '../endpoint/aws-call.ts';
import { authorizeInvoke } from './authorize-invoke.ts';
import type { EventQueue } from './event-queue.ts';
import { functionName } from './function-name.ts';
import type { Functions } from './functions.ts';
import { limits } from './limits.ts';

const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * `Invoke` of the Lambda API.
 * @throws AwsError for what Lambda refuses
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function invoke(call: AwsCall, functions: Functions, queue: EventQueue): Promise<AwsAnswer> {
  const [, encodedName] = path.exec(call.path) ?? [];
  if (encodedName === undefined || call.method !== 'POST') {
    throw new AwsError(
      'NotImplemented',
      501,
      `the local Lambda does not know ${call.method} ${call.path}; it knows Invoke`,
    );
  }
  const named = functionName(decoded(encodedName));
  if (named === undefined) {
    throw new AwsError('ValidationException', 400, `${encodedName} is not the name or ARN of a function`);
  }
  const qualifier = call.query.get('Qualifier') ?? named.qualifier;
  const arn = functions.arnOf(named.name) + (qualifier === undefined ? '' : `:${qualifier}`);
  authorizeInvoke(functions, call.principal, arn);
  const pool = functions.find(arn).pools.of(call.headers['x-amz-tenant-id']);

  const type = call.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const payload = checked(call.body, type);
  const headers = { 'x-amz-executed-version': '$LATEST' };
  switch (type) {
    case 'DryRun':
      return { status: 204 };
    case 'Event':
      queue.add(pool, payload, arn);
      return { status: 202 };
    case 'RequestResponse': {
      const { payload: body, functionError } = await pool.invoke(payload, arn);
      return {
        status: 200,
        body,
        headers: { ...headers, ...(functionError && { 'x-amz-function-error': functionError }) },
      };
    }
    default:
      throw new AwsError('InvalidParameterValueException', 400, `${type} is not an invocation type`);
  }
}

function checked(body: Buffer, type: string): Buffer {
  const bytesMax = type === 'Event' ? limits.asyncPayloadBytesMax : limits.payloadBytesMax;
  if (body.length > bytesMax) {
    const message = `${body.length} byte payload is too large for the ${type} invocation type (limit ${bytesMax} bytes)`;
    throw new AwsError('RequestTooLargeException', 413, message);
  }
  if (body.length === 0) return Buffer.from('{}');
  try {
    JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new AwsError('InvalidRequestContentException', 400, 'Could not parse request body into json.', { cause });
  }
  return body;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
