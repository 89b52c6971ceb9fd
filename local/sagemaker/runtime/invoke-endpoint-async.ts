import { randomUUID } from 'node:crypto';
import type { AwsAnswer, AwsCall } from '../../endpoint/aws-call.ts';
import type { S3Place } from '../../s3/objects-of.ts';
import { below } from '../definition/below.ts';
import { s3Place } from '../definition/s3-place.ts';
import { s3Url } from '../definition/s3-url.ts';
import type { SageMakerState } from '../sagemaker-state.ts';
import { headerNames } from './header-names.ts';
import { runtimeCall } from './runtime-call.ts';
import { runtimeErrors } from './runtime-error.ts';

/** A larger request has to lie in S3. */
const inlineBytesMax = 128_000;

/**
 * InvokeEndpointAsync: the request is queued, its answer goes to S3.
 * @throws AwsError
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
 */
export async function invokeEndpointAsync(state: SageMakerState, call: AwsCall, name: string): Promise<AwsAnswer> {
  const { headers, body } = call;
  const { endpoint, invocation, variantName, componentName } = runtimeCall(state, call, {
    name,
    action: 'sagemaker:InvokeEndpointAsync',
    contentType: headers[headerNames.contentType],
    accept: headers[headerNames.accept],
  });
  const { asynchronous } = endpoint.config;
  if (endpoint.queue === undefined || asynchronous === undefined) {
    throw runtimeErrors.validation(`Endpoint ${name} is not asynchronous; it is invoked with InvokeEndpoint.`);
  }
  // Whether there is one at all; which of its instances answers is seen when the request's turn has come.
  endpoint.destination(variantName, componentName);
  const input = inputOf(headers[headerNames.inputLocation], body);
  const ttlSeconds = seconds(headers, headerNames.requestTtl, 60, 21_600, 21_600);
  const timeoutSeconds = seconds(headers, headerNames.invocationTimeout, 1, 3_600, 900);
  const id = randomUUID();
  const extension = headers[headerNames.outputPathExtension];
  const folder = extension === undefined ? asynchronous.output : below(asynchronous.output, extension);
  const output = below(folder, headers[headerNames.filename] ?? `${id}.out`);
  const failure = asynchronous.failure && below(asynchronous.failure, `${id}-error.out`);
  endpoint.queue.add({
    input,
    headers: invocation.headers,
    targetModel: invocation.targetModel,
    output,
    failure,
    expiresAtMs: state.now() + ttlSeconds * 1000,
    timeoutMs: timeoutSeconds * 1000,
  });
  return {
    status: 202,
    headers: {
      'content-type': 'application/json',
      [headerNames.outputLocation]: s3Url(output),
      ...(failure && { [headerNames.failureLocation]: s3Url(failure) }),
    },
    body: JSON.stringify({ InferenceId: headers[headerNames.inferenceId] ?? randomUUID() }),
  };
}

function inputOf(location: string | undefined, body: Uint8Array): Uint8Array | S3Place {
  if ((location === undefined) === (body.length === 0)) {
    throw runtimeErrors.validation('A request has either an InputLocation or a Body.');
  }
  if (location === undefined) {
    if (body.length <= inlineBytesMax) return body;
    throw runtimeErrors.validation(`A Body has at most ${inlineBytesMax} bytes; put larger ones into S3.`);
  }
  const parsed = s3Place.safeParse(location);
  if (!parsed.success || parsed.data.key === '') {
    throw runtimeErrors.validation('InputLocation must be an address in S3, such as s3://bucket/key.');
  }
  return parsed.data;
}

function seconds(
  headers: Readonly<Record<string, string>>,
  name: string,
  min: number,
  max: number,
  preset: number,
): number {
  const text = headers[name];
  if (text === undefined) return preset;
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= min && value <= max) return value;
  throw runtimeErrors.validation(`The header ${name} must be a number between ${min} and ${max}.`);
}
