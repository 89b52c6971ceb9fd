import type { AwsAnswer, AwsCall } from '../../endpoint/aws-call.ts';
import { readAnswer } from '../container/read-answer.ts';
import type { SageMakerState } from '../sagemaker-state.ts';
import { answerHeaders } from './answer-headers.ts';
import { runtimeCall } from './runtime-call.ts';
import { runtimeErrors } from './runtime-error.ts';

/**
 * InvokeEndpoint: body and content type pass through, byte for byte, both ways.
 * @throws AwsError
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export async function invokeEndpoint(state: SageMakerState, call: AwsCall, name: string): Promise<AwsAnswer> {
  const { 'content-type': contentType, accept } = call.headers;
  const operation = { name, action: 'sagemaker:InvokeEndpoint', contentType, accept };
  const { endpoint, invocation, variantName, componentName, metadata } = runtimeCall(state, call, operation);
  if (endpoint.queue !== undefined) {
    throw runtimeErrors.validation(`Endpoint ${name} is asynchronous; it is invoked with InvokeEndpointAsync.`);
  }
  const destination = endpoint.destination(variantName, componentName);
  endpoint.shadow(invocation, metadata);
  const answer = await destination.server.invoke(invocation, state.timings.invokeMs);
  let body: Buffer;
  try {
    body = await readAnswer(answer);
  } catch (error) {
    throw destination.server.broken(error);
  }
  endpoint.keep(destination, invocation, answer, body, metadata);
  const type = answer.headers['content-type'];
  return {
    status: 200,
    headers: { ...(type !== undefined && { 'content-type': type }), ...answerHeaders(answer, destination.variant) },
    body,
  };
}
